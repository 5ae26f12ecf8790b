public import Primitives
public import SSZ

/// `ForkData`: what a fork digest and every signing domain commit to (phase0 `beacon-chain.md`).
public struct ForkData: Hashable, Sendable {
    public var currentVersion = Version()
    public var genesisValidatorsRoot: Root = .zero

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(currentVersion: Version, genesisValidatorsRoot: Root) {
        self.currentVersion = currentVersion
        self.genesisValidatorsRoot = genesisValidatorsRoot
    }
}

extension ForkData: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("current_version", &currentVersion)
        try visitor.visit("genesis_validators_root", &genesisValidatorsRoot)
    }
}
