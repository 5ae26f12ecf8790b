public import SSZ

/// A container of the beacon chain: its shape is the chain's specification.
public protocol BeaconContainer: SSZContainer where Shape == BeaconSpec {}
