public import BeaconTypes
import ChainStore
public import Primitives
import SSZ
public import ServiceInterfaces
import StateTransition

extension BeaconNode: LearningChain {
    public func learningMoves() -> AsyncStream<LearningMove> {
        var first = [LearningMove.head(LearningPoint(root: head.root, slot: head.slot, learning: head.state.state.learning))]
        if let final = try? learningPoint(finalized.root) { first.append(.finalized(final)) }
        return learningBroadcast.subscribe(after: first)
    }

    public func block(root: Root) throws -> SignedBeaconBlock? {
        try store.block(root).map { try SignedBeaconBlock(deserializing: $0, spec) }
    }

    func learningPoint(_ root: Root) throws -> LearningPoint {
        let state = try stateAfter(root).state
        return LearningPoint(root: root, slot: state.latestBlockHeader.slot, learning: state.learning)
    }
}
