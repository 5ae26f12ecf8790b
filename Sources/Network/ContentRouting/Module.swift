// ContentRouting
