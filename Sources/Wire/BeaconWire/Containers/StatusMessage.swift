public import BeaconTypes
public import Primitives
public import SSZ

/// `Status`: what two nodes tell each other of their chains when they meet (phase0 p2p-interface).
public struct StatusMessage: Hashable, Sendable {
    /// Bytes of its SSZ.
    public static let size = 84

    public var forkDigest = ForkDigest()
    public var finalizedRoot: Root = .zero
    public var finalizedEpoch: Epoch = 0
    public var headRoot: Root = .zero
    public var headSlot: Slot = 0

    /// All fields zero.
    public init() {}

    /// One value per field.
    public init(forkDigest: ForkDigest, finalizedRoot: Root, finalizedEpoch: Epoch, headRoot: Root, headSlot: Slot) {
        self.forkDigest = forkDigest
        self.finalizedRoot = finalizedRoot
        self.finalizedEpoch = finalizedEpoch
        self.headRoot = headRoot
        self.headSlot = headSlot
    }
}

extension StatusMessage: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("fork_digest", &forkDigest)
        try visitor.visit("finalized_root", &finalizedRoot)
        try visitor.visit("finalized_epoch", &finalizedEpoch)
        try visitor.visit("head_root", &headRoot)
        try visitor.visit("head_slot", &headSlot)
    }
}
