// BeaconTypes
