public import BeaconTypes
public import Primitives
public import ServiceInterfaces
import StateTransition

extension BeaconNode: LearningChain {
    public func learningMoves() -> AsyncStream<LearningMove> {
        let view = view
        var first = [LearningMove.head(view.learningPoint(view.head.root, view.head.state))]
        if let final = try? view.state(after: view.finalized.root) {
            first.append(.finalized(view.learningPoint(view.finalized.root, final)))
        }
        if let past = try? past() { first.append(past) }
        return announcements.learning.subscribe(after: first)
    }

    public func block(root: Root) throws -> SignedBeaconBlock? { try view.archive.block(root) }

    /// Refused on a head whose payload is not validated: nobody votes on such a one.
    public func ackCommittee(slot: Slot) throws -> AckCommittee {
        let view = view
        try view.demandValidated(view.head.root)
        return try view.ackCommittee(slot: slot)
    }

    public func submitAckCertificate(_ certificate: AckCertificate) async throws { try await pools.take(certificate) }
}

extension ChainView {
    fileprivate func learningPoint(_ root: Root, _ state: CachedBeaconState) -> LearningPoint {
        LearningPoint(root: root, slot: state.state.latestBlockHeader.slot, learning: state.state.learning)
    }
}
