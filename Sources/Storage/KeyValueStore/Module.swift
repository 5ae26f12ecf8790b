// KeyValueStore
