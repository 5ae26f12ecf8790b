public import BeaconTypes
public import Primitives

extension ForkChoice {
    /// `get_proposer_head` (phase0 fork-choice): the block on which the proposer of `slot` should build, which is the
    /// head's parent where the head came late and is weak.
    ///
    /// - Parameters:
    ///   - head: the head.
    ///   - headCommittee: all members of the committees of the head's slot, in the head's state.
    /// - Throws: while the head still has its boost, that is before the slot after it.
    public func getProposerHead(
        _ head: Root, slot: Slot, headCommittee: [ValidatorIndex]
    ) throws(ForkChoiceError) -> Root {
        guard let headPosition = array.position(of: head) else { throw .unknownBlock(head) }
        let parentPosition = array.parents[headPosition]
        // The tree's root has nothing below it to build on
        guard parentPosition >= 0 else { return head }
        let headNode = array.nodes[headPosition]
        let parentNode = array.nodes[parentPosition]
        // Check that the head has few enough votes to be overpowered by our proposer boost
        guard proposerBoostRoot != head else { throw .headStillBoosted(head) }

        // Only re-org the head block if it arrived later than the attestation deadline
        let isHeadLate = array.timeliness[headPosition] == false
        // Do not re-org on an epoch boundary where the proposer shuffling could change
        let isShufflingStable = slot % settings.slotsPerEpoch != 0
        // Ensure that the FFG information of the new head will be competitive with the current head
        let isFFGCompetitive = headNode.unrealizedJustified == parentNode.unrealizedJustified
        // Do not re-org if the chain is not finalizing with acceptable frequency
        let isFinalizationOk =
            settings.epoch(slot) <= finalizedCheckpoint.epoch.addingClamped(settings.reorgMaxEpochsSinceFinalization)
        // Only re-org if we are proposing on-time
        let isProposingOnTime = timeIntoSlotMs <= settings.milliseconds(basisPoints: settings.proposerReorgCutoffBps)
        // Only re-org a single slot at most
        let isCurrentTimeOk = headNode.slot.addingClamped(1) == slot
        let isSingleSlotReorg = parentNode.slot.addingClamped(1) == headNode.slot && isCurrentTimeOk
        let isHeadWeak = try isHeadWeak(headPosition, headCommittee)
        // Check that the missing votes are assigned to the parent and not being hoarded
        let isParentStrong = try isParentStrong(parentPosition)

        if isHeadLate && isShufflingStable && isFFGCompetitive && isFinalizationOk && isProposingOnTime
            && isSingleSlotReorg && isHeadWeak && isParentStrong
        {
            // We can re-org the current head by building upon its parent node
            return parentNode.root
        }
        // Re-org more aggressively if there is a proposer equivocation in the previous slot
        if isHeadWeak && isCurrentTimeOk && isProposerEquivocation(headNode) { return parentNode.root }
        return head
    }

    /// `is_head_weak` (phase0 fork-choice): votes of equivocating members of the head's committee count for the head.
    private func isHeadWeak(_ position: Int, _ headCommittee: [ValidatorIndex]) throws(ForkChoiceError) -> Bool {
        let justified = try justifiedBalances()
        var weight = try weights(withBoost: false)[position]
        for index in headCommittee where equivocatingIndices.contains(index) {
            guard let index = Int(exactly: index), index < justified.effectiveBalances.count else { continue }
            weight = weight.addingClamped(justified.effectiveBalances[index])
        }
        return weight
            < justified.committeeFraction(percent: settings.reorgHeadWeightThreshold, settings)
    }

    /// `is_parent_strong` (phase0 fork-choice).
    private func isParentStrong(_ position: Int) throws(ForkChoiceError) -> Bool {
        try weights(withBoost: false)[position]
            > justifiedBalances().committeeFraction(percent: settings.reorgParentWeightThreshold, settings)
    }

    /// `is_proposer_equivocation` (phase0 fork-choice): another block by the same proposer in the same slot is known.
    private func isProposerEquivocation(_ node: ProtoNode) -> Bool {
        array.nodes.count { $0.proposerIndex == node.proposerIndex && $0.slot == node.slot } > 1
    }
}
