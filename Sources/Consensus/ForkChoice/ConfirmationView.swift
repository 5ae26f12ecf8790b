import BeaconTypes
import Primitives
import StateTransition

/// Everything that one run of the fast confirmation rule reads: the tree, the head's state and the balance sources, each
/// looked up once.
struct ConfirmationView {
    let store: ForkChoice
    let head: Root
    let headState: CachedBeaconState
    private let states: FastConfirmation.States
    private var sources: [Checkpoint: BalanceSource] = [:]
    private var pulledUp: BalanceSource?
    private var committees: [Slot: [ValidatorIndex]] = [:]

    /// A state that lends its balances, and the attestation score of every node by them.
    struct BalanceSource {
        let balances: JustifiedBalances
        let state: CachedBeaconState
        let scores: [Gwei]
    }

    init(_ store: ForkChoice, head: Root, states: FastConfirmation.States) throws(ForkChoiceError) {
        self.store = store
        self.head = head
        self.states = states
        guard let state = states.afterBlock(head) else { throw .unknownBlock(head) }
        headState = state
    }

    func node(_ root: Root) throws(ForkChoiceError) -> ProtoNode {
        guard let node = store.node(root) else { throw .unknownBlock(root) }
        return node
    }

    func slot(of root: Root) throws(ForkChoiceError) -> Slot { try node(root).slot }
    func epoch(of root: Root) throws(ForkChoiceError) -> Epoch { store.settings.epoch(try slot(of: root)) }

    /// `get_voting_source`.
    func votingSource(of root: Root) throws(ForkChoiceError) -> Checkpoint {
        let node = try node(root)
        return store.currentEpoch > store.settings.epoch(node.slot) ? node.unrealizedJustified : node.justified
    }

    /// `get_ancestor_roots`: from the first block after `terminal` to `root`, none where `terminal` is no ancestor.
    func ancestorRoots(of root: Root, after terminal: Root) throws(ForkChoiceError) -> [Root] {
        var result: [Root] = []
        let last = try slot(of: terminal)
        var cursor = root
        while try slot(of: cursor) > last {
            result.append(cursor)
            cursor = try node(cursor).parentRoot
            if cursor == terminal { return result.reversed() }
        }
        return []
    }

    /// The balances of a checkpoint's state.
    mutating func source(_ checkpoint: Checkpoint) throws(ForkChoiceError) -> BalanceSource {
        if let known = sources[checkpoint] { return known }
        guard let state = states.atCheckpoint(checkpoint) else { throw .unknownCheckpoint(checkpoint) }
        let source = Self.source(state, store)
        sources[checkpoint] = source
        return source
    }

    /// `get_pulled_up_head_state`.
    mutating func pulledUpHead() throws(ForkChoiceError) -> BalanceSource {
        if let pulledUp { return pulledUp }
        var state = headState
        let start = store.settings.startSlot(store.currentEpoch)
        if state.currentEpoch < store.currentEpoch {
            do {
                try state.processSlots(to: start)
            } catch {
                throw .unknownBlock(head)
            }
        }
        let source = Self.source(state, store)
        pulledUp = source
        return source
    }

    private static func source(_ state: CachedBeaconState, _ store: ForkChoice) -> BalanceSource {
        let balances = JustifiedBalances(state)
        return BalanceSource(balances: balances, state: state, scores: store.attestationScores(balances))
    }

    /// `get_slot_committee`: the members of all committees of a slot, by the head's shuffling.
    mutating func committee(_ slot: Slot) throws(ForkChoiceError) -> [ValidatorIndex] {
        if let known = committees[slot] { return known }
        var members: [ValidatorIndex] = []
        do {
            for index in 0..<headState.getCommitteeCountPerSlot(store.settings.epoch(slot)) {
                members += try headState.getBeaconCommittee(slot, index)
            }
        } catch {
            throw .unknownBlock(head)
        }
        committees[slot] = members
        return members
    }
}
