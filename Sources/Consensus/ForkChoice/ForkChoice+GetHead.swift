public import BeaconTypes
public import Primitives

extension ForkChoice {
    /// `get_head` (phase0 fork-choice): the root of the block to build on.
    public func getHead() throws(ForkChoiceError) -> Root {
        guard let base = array.position(of: justifiedCheckpoint.root) else { throw .unknownCheckpoint(justifiedCheckpoint) }
        let weights = try weights(withBoost: true)
        let isViable = viability()

        // The best viable child of each node: the heaviest, of equals the one with the higher root. Positions below
        // the base are not looked at, for its descendants all stand behind it.
        var bestChild = [Int](repeating: -1, count: array.count)
        for index in (base + 1)..<max(array.count, base + 1) where isViable[index] {
            let parent = array.parents[index]
            guard parent >= 0 else { continue }
            let best = bestChild[parent]
            if best < 0 || (weights[index], array.nodes[index].root) > (weights[best], array.nodes[best].root) {
                bestChild[parent] = index
            }
        }
        var head = base
        while bestChild[head] >= 0 { head = bestChild[head] }
        return array.nodes[head].root
    }

    /// `get_weight` (phase0 fork-choice): the balance behind a block and its descendants, in Gwei, proposer boost
    /// included; `nil` for an unknown block.
    public func weight(of root: Root) throws(ForkChoiceError) -> Gwei? {
        guard let position = array.position(of: root) else { return nil }
        return try weights(withBoost: true)[position]
    }

    /// `get_attestation_score` (phase0 fork-choice) of every node, and `get_proposer_score` along the boosted block's
    /// ancestors.
    func weights(withBoost: Bool) throws(ForkChoiceError) -> [Gwei] {
        let justified = try justifiedBalances()
        var own = ownWeights(justified)
        if withBoost, let boosted = array.position(of: proposerBoostRoot) {
            own[boosted] &+= justified.committeeFraction(percent: settings.proposerScoreBoost, settings)
        }
        return array.accumulated(own)
    }

    /// `get_attestation_score` of every node by the balances of another state than the justified one.
    func attestationScores(_ balances: JustifiedBalances) -> [Gwei] { array.accumulated(ownWeights(balances)) }

    /// The balance of the validators whose latest vote names each node, equivocating ones left out.
    private func ownWeights(_ balances: JustifiedBalances) -> [Gwei] {
        var own = [Gwei](repeating: 0, count: array.count)
        for index in 0..<min(latestMessages.count, balances.voteWeights.count) {
            guard let message = latestMessages[index], message.position >= 0 else { continue }
            own[message.position] &+= balances.voteWeights[index]
        }
        for index in equivocatingIndices {
            guard let index = Int(exactly: index), index < latestMessages.count, index < balances.voteWeights.count,
                let message = latestMessages[index], message.position >= 0
            else { continue }
            own[message.position] &-= balances.voteWeights[index]
        }
        return own
    }

    /// `get_filtered_node_tree` (phase0 fork-choice): which nodes have a leaf below them whose justification and
    /// finality agree with the store's.
    private func viability() -> [Bool] {
        let currentEpoch = currentEpoch
        let finalizedBlocks = array.ancestors(at: settings.startSlot(finalizedCheckpoint.epoch))
        var isViable = [Bool](repeating: false, count: array.count)
        var hasChild = [Bool](repeating: false, count: array.count)
        for index in stride(from: array.count - 1, through: 0, by: -1) {
            if !hasChild[index] {
                isViable[index] = isViableLeaf(array.nodes[index], currentEpoch, checkpointBlock: finalizedBlocks[index])
            }
            let parent = array.parents[index]
            if parent >= 0 {
                hasChild[parent] = true
                if isViable[index] { isViable[parent] = true }
            }
        }
        return isViable
    }

    /// The leaf's part of `filter_node_tree` (phase0 fork-choice).
    private func isViableLeaf(_ node: ProtoNode, _ currentEpoch: Epoch, checkpointBlock: Int) -> Bool {
        // `get_voting_source`: a block from a prior epoch is pulled up
        let isFromPriorEpoch = currentEpoch > settings.epoch(node.slot)
        let votingSource = isFromPriorEpoch ? node.unrealizedJustified : node.justified
        // The voting source should be either at the same height as the store's justified checkpoint or
        // not more than two epochs ago
        let isCorrectlyJustified =
            justifiedCheckpoint.epoch == 0 || votingSource.epoch == justifiedCheckpoint.epoch
            || votingSource.epoch.addingClamped(2) >= currentEpoch
        let isCorrectlyFinalized =
            finalizedCheckpoint.epoch == 0
            || (checkpointBlock >= 0 && array.nodes[checkpointBlock].root == finalizedCheckpoint.root)
        return isCorrectlyJustified && isCorrectlyFinalized
    }
}
