// BeaconAPI
