import GossipValidation
import StateTransition

extension BeaconNode {
    /// The chain as the conditions of gossip see it, at this moment.
    func gossipChain() -> GossipChain {
        GossipChain(
            forkChoice: forkChoice, headRoot: head.root, headState: head.state, stateAfter: { try? self.stateAfter($0) },
            stateKnowing: { try? self.stateKnowing(epoch: $0) })
    }
}
