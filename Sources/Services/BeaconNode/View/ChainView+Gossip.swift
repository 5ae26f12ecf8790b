public import GossipValidation
import StateTransition

extension ChainView {
    /// The chain as the conditions of gossip see it, at this moment.
    public func gossipChain() -> GossipChain {
        GossipChain(
            forkChoice: forkChoice, headRoot: head.root, headState: head.state, stateAfter: { try? self.state(after: $0) },
            stateKnowing: { try? self.stateKnowing(epoch: $0, on: $1) })
    }
}
