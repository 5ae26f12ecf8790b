public import BeaconTypes
public import Primitives
public import StateTransition

/// The official fast confirmation rule (consensus-specs `phase0/fast-confirmation.md`): the latest block that stays
/// canonical as long as votes arrive in time and fewer than `CONFIRMATION_BYZANTINE_THRESHOLD` percent of the stake
/// misbehave. It is a promise about the network and weaker than finality: never call it finalised.
///
/// A pure value like the fork choice beside it: run it once at each slot's start, after the votes of the slot before.
public struct FastConfirmation: Sendable, Hashable {
    public internal(set) var confirmedRoot: Root
    public internal(set) var previousEpochObservedJustifiedCheckpoint: Checkpoint
    public internal(set) var currentEpochObservedJustifiedCheckpoint: Checkpoint
    public internal(set) var previousEpochGreatestUnrealizedCheckpoint: Checkpoint
    public internal(set) var previousSlotHead: Root
    public internal(set) var currentSlotHead: Root

    /// `get_fast_confirmation_store`: confirmed is what is finalised.
    public init(_ store: ForkChoice) {
        let finalized = store.finalizedCheckpoint
        confirmedRoot = finalized.root
        previousEpochObservedJustifiedCheckpoint = finalized
        currentEpochObservedJustifiedCheckpoint = finalized
        previousEpochGreatestUnrealizedCheckpoint = finalized
        previousSlotHead = finalized.root
        currentSlotHead = finalized.root
    }

    /// The states that the rule reads balances and committees from.
    public struct States {
        /// The state after a block of the tree.
        public var afterBlock: (Root) -> CachedBeaconState?
        /// The state of a checkpoint: its block's, moved to the start of its epoch.
        public var atCheckpoint: (Checkpoint) -> CachedBeaconState?

        public init(
            afterBlock: @escaping (Root) -> CachedBeaconState?, atCheckpoint: @escaping (Checkpoint) -> CachedBeaconState?
        ) {
            self.afterBlock = afterBlock
            self.atCheckpoint = atCheckpoint
        }
    }

    /// `on_fast_confirmation`.
    ///
    /// - Throws: when a state that the rule needs is gone; nothing has changed then.
    public mutating func onFastConfirmation(_ store: ForkChoice, states: States) throws(ForkChoiceError) {
        let head = try store.getHead()
        var next = self
        next.forgetPruned(store)
        next.updateVariables(store, head: head)
        var view = try ConfirmationView(store, head: head, states: states)
        next.confirmedRoot = try next.getLatestConfirmed(&view)
        self = next
    }

    /// The specification keeps every block; where this tree has dropped one, finality has taken its place.
    private mutating func forgetPruned(_ store: ForkChoice) {
        let finalized = store.finalizedCheckpoint
        for path in [\Self.confirmedRoot, \.previousSlotHead, \.currentSlotHead] where !store.contains(self[keyPath: path]) {
            self[keyPath: path] = finalized.root
        }
        for path in [
            \Self.previousEpochObservedJustifiedCheckpoint, \.currentEpochObservedJustifiedCheckpoint,
            \.previousEpochGreatestUnrealizedCheckpoint,
        ] where !store.contains(self[keyPath: path].root) {
            self[keyPath: path] = finalized
        }
    }

    /// `update_fast_confirmation_variables`.
    private mutating func updateVariables(_ store: ForkChoice, head: Root) {
        previousSlotHead = currentSlotHead
        currentSlotHead = head
        // The greatest unrealized justified checkpoint at the last slot of an epoch
        if store.isStartSlotAtEpoch(store.currentSlot.addingClamped(1)) {
            previousEpochGreatestUnrealizedCheckpoint = store.unrealizedJustifiedCheckpoint
        }
        // Observed justified checkpoints at the start of an epoch
        if store.isStartSlotAtEpoch(store.currentSlot) {
            previousEpochObservedJustifiedCheckpoint = currentEpochObservedJustifiedCheckpoint
            currentEpochObservedJustifiedCheckpoint = previousEpochGreatestUnrealizedCheckpoint
        }
    }

    /// `get_latest_confirmed`.
    private func getLatestConfirmed(_ view: inout ConfirmationView) throws(ForkChoiceError) -> Root {
        let store = view.store
        let currentEpoch = store.currentEpoch
        let isEpochStart = store.isStartSlotAtEpoch(store.currentSlot)
        var confirmed = confirmedRoot

        // Revert to the finalised block if the confirmed one is too old, not canonical, or cannot be confirmed again
        let isRecent = try view.epoch(of: confirmed).addingClamped(1) >= currentEpoch
        var stays = isRecent && store.isDescendant(view.head, of: confirmed)
        if stays && isEpochStart { stays = try isConfirmedChainSafe(&view, confirmed) }
        if !stays { confirmed = store.finalizedCheckpoint.root }

        // Restart the confirmation chain at the justified block of the previous epoch where it is ahead
        let observed = currentEpochObservedJustifiedCheckpoint
        let observedSlot = try view.slot(of: observed.root)
        let headJustified = try view.node(view.head).unrealizedJustified
        let confirmedSlot = try view.slot(of: confirmed)
        if isEpochStart && store.settings.epoch(observedSlot).addingClamped(1) == currentEpoch && observed == headJustified
            && confirmedSlot < observedSlot
        {
            confirmed = observed.root
        }

        // Attempt to further advance the latest confirmed block
        guard try view.epoch(of: confirmed).addingClamped(1) >= currentEpoch else { return confirmed }
        return try findLatestConfirmedDescendant(&view, of: confirmed)
    }

    /// `is_confirmed_chain_safe`: whether every block of the confirmed chain is still LMD-GHOST safe.
    private func isConfirmedChainSafe(_ view: inout ConfirmationView, _ confirmed: Root) throws(ForkChoiceError) -> Bool {
        let store = view.store
        let observed = currentEpochObservedJustifiedCheckpoint
        guard store.checkpointBlock(of: confirmed, epoch: observed.epoch) == observed.root else { return false }
        let currentEpoch = store.currentEpoch
        var start = observed.root
        if observed.epoch.addingClamped(1) < currentEpoch {
            // Limit reconfirmation to the blocks from the first one of the previous epoch on
            guard let ancestor = store.ancestor(of: confirmed, at: store.settings.startSlot(currentEpoch - 1)) else { return false }
            let node = try view.node(ancestor)
            let isFirst = store.settings.epoch(node.slot).addingClamped(1) == currentEpoch
            // The tree's root is finalised and needs no confirmation
            start = isFirst && store.contains(node.parentRoot) ? node.parentRoot : ancestor
        }
        for root in try view.ancestorRoots(of: confirmed, after: start) {
            guard try view.isOneConfirmed(root, previousEpochObservedJustifiedCheckpoint) else { return false }
        }
        return true
    }
}

extension ForkChoice {
    /// `is_start_slot_at_epoch`.
    func isStartSlotAtEpoch(_ slot: Slot) -> Bool { slot % settings.slotsPerEpoch == 0 }
}
