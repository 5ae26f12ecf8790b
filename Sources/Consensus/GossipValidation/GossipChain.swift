public import BeaconTypes
public import ForkChoice
public import Primitives
public import StateTransition

/// The chain as the conditions of gossip see it: what they read of the specification's `Store`, at one moment.
public struct GossipChain {
    public let spec: BeaconSpec
    /// The blocks that passed validation.
    public var forkChoice: ForkChoice
    /// The fork choice's finalised checkpoint, unless another is set.
    public var finalizedCheckpoint: Checkpoint
    public let headRoot: Root
    /// The state after the head block.
    public let headState: CachedBeaconState
    /// Blocks that were seen and failed validation: in the specification's `store.blocks` without a post-state.
    public var failedBlocks: Set<Root> = []
    /// What is known of blocks' payloads; `.notValidated` for the others.
    public var payloadStatuses: [Root: PayloadValidationStatus] = [:]
    private let stateAfter: (Root) -> CachedBeaconState?
    private let stateKnowing: ((Epoch, Root) -> CachedBeaconState?)?

    /// - Parameters:
    ///   - stateAfter: the post-state of a block in the fork choice; `nil` when it is no longer kept.
    ///   - stateKnowing: the state of a block's chain, advanced so far that the committees of an epoch can be told; asked for epochs
    ///     that begin later than one epoch after the head's, and for chains that draw other committees than the head's, once the
    ///     message's time has been checked. Without it such messages are ignored.
    public init(
        forkChoice: ForkChoice, headRoot: Root, headState: CachedBeaconState, stateAfter: @escaping (Root) -> CachedBeaconState?,
        stateKnowing: ((Epoch, Root) -> CachedBeaconState?)? = nil
    ) {
        spec = headState.spec
        self.forkChoice = forkChoice
        finalizedCheckpoint = forkChoice.finalizedCheckpoint
        self.headRoot = headRoot
        self.headState = headState
        self.stateAfter = stateAfter
        self.stateKnowing = stateKnowing
    }

    /// Whether a block was seen, valid or not.
    func hasSeen(_ root: Root) -> Bool { forkChoice.contains(root) || failedBlocks.contains(root) }

    /// Whether a block passed validation.
    func hasState(_ root: Root) -> Bool { forkChoice.contains(root) }

    /// The state after a valid block.
    func state(after root: Root) throws(GossipRefusal) -> CachedBeaconState {
        guard let state = stateAfter(root) else { throw .ignore(.stateUnavailable) }
        return state
    }

    /// A state that can tell the committees of `epoch` on the head's chain.
    func state(knowing epoch: Epoch) throws(GossipRefusal) -> CachedBeaconState { try state(knowing: epoch, on: headRoot) }

    /// A state that can tell the committees of `epoch` on the chain of the block voted for. The specification always takes the
    /// head's state, which cannot when no block came for more than an epoch, and which tells others where the chains parted
    /// before the committees were drawn: with epochs of one slot, two slots ago.
    func state(knowing epoch: Epoch, on root: Root) throws(GossipRefusal) -> CachedBeaconState {
        // Most votes are for the head itself.
        let isHeads =
            root == headRoot
            || forkChoice.shufflingDependentRoot(of: root, epoch: epoch)
                == forkChoice.shufflingDependentRoot(of: headRoot, epoch: epoch)
        if isHeads, epoch <= headState.currentEpoch.saturatingAdd(1) { return headState }
        guard let state = stateKnowing?(epoch, root) else { throw .ignore(.stateUnavailable) }
        return state
    }

    /// Whether the finalised checkpoint is `root` or one of its ancestors.
    func isFinalizedAncestor(of root: Root) -> Bool {
        forkChoice.checkpointBlock(of: root, epoch: finalizedCheckpoint.epoch) == finalizedCheckpoint.root
    }

    /// The sync committee that signs at `slot`, for the block of the slot after it (altair p2p-interface,
    /// `get_sync_subcommittee_pubkeys`; validator, `compute_subnets_for_sync_committee`).
    ///
    /// The specification takes the slot from the head's state, which is the message's unless blocks are missing or early.
    func syncCommittee(signingAt slot: Slot) throws(GossipRefusal) -> SyncCommittee {
        let periodLength = spec.preset.epochsPerSyncCommitteePeriod
        let state = headState.state
        let nextEpoch = headState.computeEpochAtSlot(slot.saturatingAdd(1))
        let (current, period) = (headState.currentEpoch / periodLength, nextEpoch / periodLength)
        if period == current { return state.currentSyncCommittee }
        if period == current + 1 { return state.nextSyncCommittee }
        throw .ignore(.stateUnavailable)
    }
}

extension UInt64 {
    func saturatingAdd(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
