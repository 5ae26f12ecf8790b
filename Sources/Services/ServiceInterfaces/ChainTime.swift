public import BeaconTypes
public import Primitives

/// The rules and the clock of a chain.
public protocol ChainTime: Sendable {
    /// Preset, chain configuration and fork of this chain.
    var spec: BeaconSpec { get }
    var clock: SlotClock { get }
}

/// A chain that signatures can be bound to.
public protocol IdentifiedChain: ChainTime {
    var genesisValidatorsRoot: Root { get }
}
