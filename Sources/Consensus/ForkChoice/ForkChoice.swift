public import BeaconTypes
public import Primitives
public import StateTransition

/// The official fork choice, LMD-GHOST with Casper FFG, as a pure value (consensus-specs `phase0/fork-choice.md`).
///
/// Two things differ from the specification's `Store` in form, not in effect. Blocks stand in a flat array, parents
/// first, so that the head is found in a few linear passes. And states stay outside: a block brings what fork choice
/// wants to know of its post-state (`ProtoNode`), and a justified checkpoint brings its balances
/// (`JustifiedBalances`). So the value is small, copies cheaply and can be stored as it is.
///
/// There is no clock. Time comes in through `onTick`, in milliseconds since 1970, and nothing else moves it.
public struct ForkChoice: Sendable {
    public let settings: ForkChoiceSettings
    public let genesisTimeMs: UInt64
    public internal(set) var timeMs: UInt64
    public internal(set) var justifiedCheckpoint: Checkpoint
    public internal(set) var finalizedCheckpoint: Checkpoint
    public internal(set) var unrealizedJustifiedCheckpoint: Checkpoint
    public internal(set) var unrealizedFinalizedCheckpoint: Checkpoint
    /// The timely block of the current slot, which has a boost; zero for none.
    public internal(set) var proposerBoostRoot: Root = .zero
    /// Validators that signed slashable votes; their votes have no weight.
    public internal(set) var equivocatingIndices: Set<ValidatorIndex> = []
    var array = ProtoArray()
    /// By validator index.
    var latestMessages: [LatestMessage?] = []
    /// Balances of the justified checkpoint and of those that may become it.
    var balances: [Checkpoint: JustifiedBalances]

    /// `get_forkchoice_store` (phase0 fork-choice): starts at a trusted block, such as the genesis block.
    ///
    /// - Parameters:
    ///   - anchor: the block; see `ProtoNode.init(anchorRoot:…)`.
    ///   - genesisTime: seconds since 1970.
    ///   - balances: of the anchor's state.
    ///   - payload: what the execution layer said of the anchor's payload.
    public init(
        anchor: ProtoNode, genesisTime: UInt64, balances: JustifiedBalances, settings: ForkChoiceSettings,
        payload: PayloadValidationStatus = .valid
    ) {
        self.settings = settings
        genesisTimeMs = genesisTime > UInt64.max / 1000 ? .max : genesisTime * 1000
        timeMs = genesisTimeMs.addingClamped(anchor.slot.multipliedClamped(by: settings.slotDurationMs))
        let checkpoint = Checkpoint(epoch: settings.epoch(anchor.slot), root: anchor.root)
        justifiedCheckpoint = checkpoint
        finalizedCheckpoint = checkpoint
        unrealizedJustifiedCheckpoint = checkpoint
        unrealizedFinalizedCheckpoint = checkpoint
        self.balances = [checkpoint: balances]
        array.append(anchor, isTimely: nil, status: payload)
    }

    /// The same, from an anchor state whose latest block header is the anchor block's.
    public init(anchorRoot: Root, anchorState: CachedBeaconState, payload: PayloadValidationStatus = .valid) {
        let header = anchorState.state.latestBlockHeader
        self.init(
            anchor: ProtoNode(
                anchorRoot: anchorRoot, parentRoot: header.parentRoot, proposerIndex: header.proposerIndex,
                anchorState: anchorState),
            genesisTime: anchorState.state.genesisTime, balances: JustifiedBalances(anchorState),
            settings: ForkChoiceSettings(anchorState.spec), payload: payload)
    }

    /// `get_current_slot` (phase0 fork-choice).
    public var currentSlot: Slot { slot(at: timeMs) }

    /// `get_current_store_epoch` (phase0 fork-choice).
    public var currentEpoch: Epoch { settings.epoch(currentSlot) }

    /// Whether the block is in the tree.
    public func contains(_ root: Root) -> Bool { array.position(of: root) != nil }

    /// What the tree knows of a block.
    public func node(_ root: Root) -> ProtoNode? { array.position(of: root).map { array.nodes[$0] } }

    /// All blocks in the tree, parents before children.
    public var nodes: [ProtoNode] { array.nodes }

    /// `get_ancestor` (phase0 fork-choice): the last block at or before `slot` on `root`'s chain.
    public func ancestor(of root: Root, at slot: Slot) -> Root? {
        guard let position = array.position(of: root), let ancestor = array.ancestor(of: position, at: slot) else { return nil }
        return array.nodes[ancestor].root
    }

    /// `get_checkpoint_block` (phase0 fork-choice): the checkpoint block of `epoch` on `root`'s chain.
    public func checkpointBlock(of root: Root, epoch: Epoch) -> Root? {
        ancestor(of: root, at: settings.startSlot(epoch))
    }

    /// Whether `ancestor` is `root` or one of its ancestors.
    public func isDescendant(_ root: Root, of ancestor: Root) -> Bool {
        guard let node = node(ancestor) else { return false }
        return self.ancestor(of: root, at: node.slot) == ancestor
    }

    func slot(at timeMs: UInt64) -> Slot {
        timeMs > genesisTimeMs && settings.slotDurationMs > 0 ? (timeMs - genesisTimeMs) / settings.slotDurationMs : 0
    }

    /// `get_time_into_slot_ms` (phase0 fork-choice).
    var timeIntoSlotMs: UInt64 {
        timeMs > genesisTimeMs && settings.slotDurationMs > 0 ? (timeMs - genesisTimeMs) % settings.slotDurationMs : 0
    }

    /// The balances that weigh votes now.
    func justifiedBalances() throws(ForkChoiceError) -> JustifiedBalances {
        guard let found = balances[justifiedCheckpoint] else { throw .unknownCheckpoint(justifiedCheckpoint) }
        return found
    }
}

extension UInt64 {
    func addingClamped(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    func multipliedClamped(by other: Self) -> Self {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
