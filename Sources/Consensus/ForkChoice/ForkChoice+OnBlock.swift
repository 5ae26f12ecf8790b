public import BeaconTypes
public import Primitives

extension ForkChoice {
    /// The checks of `on_block` (phase0 fork-choice) that come before the state transition: call it first, and spare
    /// the work on a block that has no place here.
    public func validateOnBlock(slot: Slot, parentRoot: Root) throws(ForkChoiceError) {
        // Parent block must be known
        guard let parent = array.position(of: parentRoot) else { throw .unknownParent(parentRoot) }
        // Blocks cannot be in the future. If they are, their consideration must be delayed until they are in the past
        guard currentSlot >= slot else { throw .futureBlock(slot: slot, currentSlot: currentSlot) }
        // Check that block is later than the finalized epoch slot
        let finalizedSlot = settings.startSlot(finalizedCheckpoint.epoch)
        guard slot > finalizedSlot else { throw .notAfterFinalized(slot: slot, finalizedSlot: finalizedSlot) }
        // Check block is a descendant of the finalized block at the checkpoint finalized slot
        guard let checkpoint = array.ancestor(of: parent, at: finalizedSlot),
            array.nodes[checkpoint].root == finalizedCheckpoint.root
        else { throw .conflictsWithFinality(parent: parentRoot) }
    }

    /// `on_block` (phase0 fork-choice), after the state transition. A block already known changes nothing.
    ///
    /// - Parameters:
    ///   - node: the block and what its post-state says.
    ///   - payload: what the execution layer said of its payload; `.notValidated` takes it in optimistically.
    ///   - checkpointBalances: the balances of a checkpoint that the block justifies, read off the checkpoint's state;
    ///     asked for at most twice, and only for checkpoints newer than the justified one.
    public mutating func onBlock(
        _ node: ProtoNode, payload: PayloadValidationStatus = .valid, checkpointBalances: (Checkpoint) -> JustifiedBalances?
    ) throws(ForkChoiceError) {
        if contains(node.root) { return }
        try validateOnBlock(slot: node.slot, parentRoot: node.parentRoot)
        for checkpoint in [node.justified, node.unrealizedJustified]
        where checkpoint.epoch > justifiedCheckpoint.epoch && balances[checkpoint] == nil {
            guard contains(checkpoint.root), let found = checkpointBalances(checkpoint) else { throw .unknownCheckpoint(checkpoint) }
            balances[checkpoint] = found
        }

        let isTimely =
            currentSlot == node.slot && timeIntoSlotMs < settings.milliseconds(basisPoints: settings.attestationDueBps)
        // Compute head before applying the block: only the boost of a timely block asks for it
        let head = isTimely && proposerBoostRoot.isZero ? try getHead() : node.root
        // Add new block to the store
        array.append(node, isTimely: isTimely, status: payload)
        if payload == .valid { onValidPayload(node.root) }
        updateProposerBoostRoot(head: head, root: node.root, isTimely: isTimely)
        // Update checkpoints in store if necessary
        updateCheckpoints(justified: node.justified, finalized: node.finalized)

        // Eagerly compute unrealized justification and finality (`compute_pulled_up_tip`)
        updateUnrealizedCheckpoints(justified: node.unrealizedJustified, finalized: node.unrealizedFinalized)
        // If the block is from a prior epoch, apply the realized values
        if settings.epoch(node.slot) < currentEpoch {
            updateCheckpoints(justified: node.unrealizedJustified, finalized: node.unrealizedFinalized)
        }
    }

    /// `update_proposer_boost_root` (phase0 fork-choice): the first timely block of the slot is boosted, if its proposer
    /// was drawn by the same shuffling as the canonical chain's.
    private mutating func updateProposerBoostRoot(head: Root, root: Root, isTimely: Bool) {
        guard isTimely, proposerBoostRoot.isZero else { return }
        if shufflingDependentRoot(of: head) == shufflingDependentRoot(of: root) { proposerBoostRoot = root }
    }

    private func shufflingDependentRoot(of root: Root) -> Root? { shufflingDependentRoot(of: root, epoch: currentEpoch) }

    /// `get_shuffling_dependent_root` (phase0 fork-choice): the block by which the committees of `epoch` are drawn on `root`'s
    /// chain; `nil` where it is before the tree.
    public func shufflingDependentRoot(of root: Root, epoch: Epoch) -> Root? {
        let lookaheadEpoch = epoch > settings.minSeedLookahead ? epoch - settings.minSeedLookahead : 0
        let startSlot = settings.startSlot(lookaheadEpoch)
        return ancestor(of: root, at: startSlot > 0 ? startSlot - 1 : 0)
    }
}
