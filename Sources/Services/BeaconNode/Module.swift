// BeaconNode
