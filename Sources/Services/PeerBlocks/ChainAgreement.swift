public import BeaconTypes
public import BeaconWire
public import Primitives
public import ServiceInterfaces

/// What this node's chain is, and whether a peer's is the same.
public struct ChainAgreement: Sendable {
    public let forkDigest: ForkDigest
    private let source: any BlockSource
    private let contradicts: @Sendable (Checkpoint) async -> Bool

    /// - Parameters:
    ///   - source: this node's chain.
    ///   - contradicts: whether this checkpoint is certainly none of this node's finalised chain.
    public init(
        forkDigest: ForkDigest, source: any BlockSource, contradicts: @escaping @Sendable (Checkpoint) async -> Bool = { _ in false }
    ) {
        (self.forkDigest, self.source, self.contradicts) = (forkDigest, source, contradicts)
    }

    /// What peers are told.
    public func status() async throws -> StatusMessage {
        let status = try await source.status()
        // At genesis the root is zero (phase0 p2p-interface, Status).
        let finalized = status.finalized.epoch == 0 ? Checkpoint() : status.finalized
        return StatusMessage(
            forkDigest: forkDigest, finalizedRoot: finalized.root, finalizedEpoch: finalized.epoch, headRoot: status.headRoot,
            headSlot: status.headSlot)
    }

    /// Why a peer that says this is of no use, if it is not.
    public func judge(_ status: StatusMessage) async -> GoodbyeReason? {
        guard status.forkDigest == forkDigest else { return .irrelevantNetwork }
        guard status.finalizedEpoch > 0 else { return nil }
        return await contradicts(Checkpoint(epoch: status.finalizedEpoch, root: status.finalizedRoot)) ? .irrelevantNetwork : nil
    }
}
