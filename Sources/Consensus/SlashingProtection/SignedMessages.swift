public import Primitives

/// A block proposal that was signed.
public struct SignedBlockRecord: Hashable, Sendable {
    public var slot: UInt64
    /// What was signed; `nil` when an import did not say, which counts as "something else".
    public var signingRoot: Hash32?

    public init(slot: UInt64, signingRoot: Hash32?) {
        self.slot = slot
        self.signingRoot = signingRoot
    }
}

/// An attestation that was signed.
public struct SignedAttestationRecord: Hashable, Sendable {
    public var sourceEpoch: UInt64
    public var targetEpoch: UInt64
    /// What was signed; `nil` when an import did not say, which counts as "something else".
    public var signingRoot: Hash32?

    public init(sourceEpoch: UInt64, targetEpoch: UInt64, signingRoot: Hash32?) {
        self.sourceEpoch = sourceEpoch
        self.targetEpoch = targetEpoch
        self.signingRoot = signingRoot
    }

    /// Whether this attestation surrounds `other` (`is_slashable_attestation_data`, phase0).
    func surrounds(_ other: Self) -> Bool {
        sourceEpoch < other.sourceEpoch && targetEpoch > other.targetEpoch
    }
}

/// What an ACK vote is about. A validator signs one message for each subject; two different ones are slashable as
/// an ACK contradiction.
public struct AckSubject: Hashable, Sendable {
    public var slot: UInt64
    public var anchorRoot: Hash32
    public var updateID: Hash32

    public init(slot: UInt64, anchorRoot: Hash32, updateID: Hash32) {
        self.slot = slot
        self.anchorRoot = anchorRoot
        self.updateID = updateID
    }
}
