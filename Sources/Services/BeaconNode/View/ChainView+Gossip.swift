import BeaconTypes
import ForkChoice
public import GossipValidation
import StateTransition

extension ChainView {
    /// The chain as the conditions of gossip see it, at this moment.
    public func gossipChain() -> GossipChain { gossipChain(head.root, head.state) }

    /// The same with another block in the head's place.
    func gossipChain(_ root: Root, _ state: CachedBeaconState) -> GossipChain {
        GossipChain(
            forkChoice: forkChoice, headRoot: root, headState: state, stateAfter: { try? self.state(after: $0) },
            stateKnowing: { try? self.stateKnowing(epoch: $0, on: $1) })
    }

    /// The chain by which a vote is judged: where it votes for a branch that draws other committees than the head's, that branch's
    /// own, with its registry and its number of committees. By the head's a vote of an honest node could be rejected, and whoever
    /// forwarded it be held to account.
    ///
    /// - Returns: `nil` where that branch's state cannot be had, or the vote is too old, of a later slot, or contradicts itself.
    func gossipChain(judging data: AttestationData) -> GossipChain? {
        let (root, epoch) = (data.beaconBlockRoot, data.target.epoch)
        // A block that is not known is the conditions' to judge.
        guard root != head.root, forkChoice.contains(root),
            forkChoice.shufflingDependentRoot(of: root, epoch: epoch) != forkChoice.shufflingDependentRoot(of: head.root, epoch: epoch)
        else { return gossipChain() }
        return (try? shuffling(for: data)).map { gossipChain(root, $0) }
    }
}
