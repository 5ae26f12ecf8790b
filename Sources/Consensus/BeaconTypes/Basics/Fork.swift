public import Primitives
public import SSZ

/// `Fork`: the fork versions before and after the last fork, and the epoch of that fork (phase0 `beacon-chain.md`).
public struct Fork: Hashable, Sendable {
    public var previousVersion = Version()
    public var currentVersion = Version()
    /// The epoch of the latest fork.
    public var epoch: Epoch = 0

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(previousVersion: Version, currentVersion: Version, epoch: Epoch) {
        self.previousVersion = previousVersion
        self.currentVersion = currentVersion
        self.epoch = epoch
    }
}

extension Fork: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("previous_version", &previousVersion)
        try visitor.visit("current_version", &currentVersion)
        try visitor.visit("epoch", &epoch)
    }
}
