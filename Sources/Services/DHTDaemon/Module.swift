// DHTDaemon
