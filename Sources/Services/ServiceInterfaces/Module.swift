// ServiceInterfaces
