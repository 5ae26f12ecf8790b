import BeaconTypes
import ForkChoice
import Primitives
import Testing

@Suite struct StoreTests {
    private static let gwei: Gwei = 32_000_000_000
    private let balances = JustifiedBalances(
        effectiveBalances: [gwei, gwei, gwei, gwei], voteWeights: [gwei, gwei, gwei, gwei], minimumTotal: 1)

    private func store() -> ForkChoice {
        ForkChoice(anchor: TwinStores.anchor, genesisTime: 0, balances: balances, settings: ForkChoiceSettings(.minimal))
    }

    private func node(_ number: UInt8, on parent: Root, slot: Slot, justified: Checkpoint = Checkpoint()) -> ProtoNode {
        ProtoNode(
            root: SHA256.hash([number]), parentRoot: parent, slot: slot, proposerIndex: UInt64(number), executionBlockHash: .zero,
            justified: justified, finalized: Checkpoint(), unrealizedJustified: justified, unrealizedFinalized: Checkpoint())
    }

    private func vote(_ indices: [ValidatorIndex], for root: Root, slot: Slot, target: Checkpoint? = nil) -> IndexedAttestation {
        let target = target ?? Checkpoint(epoch: 0, root: TwinStores.anchor.root)
        let data = AttestationData(slot: slot, index: 0, beaconBlockRoot: root, source: Checkpoint(), target: target)
        return IndexedAttestation(attestingIndices: indices, data: data, signature: BLSSignature())
    }

    @Test func blocksAreRefused() throws {
        var store = store()
        let anchor = TwinStores.anchor.root
        let first = node(1, on: anchor, slot: 1)
        #expect(throws: ForkChoiceError.futureBlock(slot: 1, currentSlot: 0)) { try store.onBlock(first) { _ in nil } }
        store.onTick(timeMs: 6000)
        #expect(throws: ForkChoiceError.unknownParent(.zero)) { try store.onBlock(node(2, on: .zero, slot: 1)) { _ in nil } }
        #expect(throws: ForkChoiceError.notAfterFinalized(slot: 0, finalizedSlot: 0)) {
            try store.onBlock(node(2, on: anchor, slot: 0)) { _ in nil }
        }
        let checkpoint = Checkpoint(epoch: 1, root: first.root)
        #expect(throws: ForkChoiceError.unknownCheckpoint(checkpoint)) {
            try store.onBlock(node(3, on: anchor, slot: 1, justified: checkpoint)) { _ in balances }
        }
        #expect(store.nodes.count == 1)
        try store.onBlock(first) { _ in nil }
        try store.onBlock(first) { _ in nil }
        #expect(store.nodes.count == 2)
        #expect(try store.getHead() == first.root)
    }

    @Test func votesAreRefused() throws {
        var store = store()
        let anchor = TwinStores.anchor.root
        store.onTick(timeMs: 6000)
        let first = node(1, on: anchor, slot: 1)
        try store.onBlock(first) { _ in nil }
        #expect(throws: ForkChoiceError.voteTooEarly(slot: 1, currentSlot: 1)) {
            try store.onAttestation(vote([0], for: first.root, slot: 1))
        }
        store.onTick(timeMs: 12_000)
        #expect(throws: ForkChoiceError.voteForFutureBlock(blockSlot: 1, slot: 0)) {
            try store.onAttestation(vote([0], for: first.root, slot: 0))
        }
        #expect(throws: ForkChoiceError.unknownBlock(.zero)) { try store.onAttestation(vote([0], for: .zero, slot: 1)) }
        #expect(throws: ForkChoiceError.targetMismatch(first.root)) {
            try store.onAttestation(vote([0], for: first.root, slot: 1, target: Checkpoint(epoch: 0, root: first.root)))
        }
        #expect(throws: ForkChoiceError.targetSlot(1, slot: 1)) {
            try store.onAttestation(vote([0], for: first.root, slot: 1, target: Checkpoint(epoch: 1, root: anchor)), isFromBlock: true)
        }
        #expect(throws: ForkChoiceError.targetEpoch(9, currentEpoch: 0)) {
            try store.onAttestation(vote([0], for: first.root, slot: 72, target: Checkpoint(epoch: 9, root: anchor)))
        }
        try store.onAttestation(vote([0, 1], for: first.root, slot: 1))
        #expect(try store.weight(of: first.root) == 2 * Self.gwei)
        #expect(try store.weight(of: .zero) == nil)
    }

    /// Votes decide; of equals the higher root wins; equivocators do not count; a vote moves only to a later epoch.
    @Test func votesDecide() throws {
        var store = store()
        let anchor = TwinStores.anchor.root
        store.onTick(timeMs: 2 * 6000 + 5000)
        let (left, right) = (node(1, on: anchor, slot: 1), node(2, on: anchor, slot: 1))
        try store.onBlock(left) { _ in nil }
        try store.onBlock(right) { _ in nil }
        let (low, high) = left.root < right.root ? (left, right) : (right, left)
        #expect(try store.getHead() == high.root)
        try store.onAttestation(vote([0], for: low.root, slot: 1))
        #expect(try store.getHead() == low.root)
        try store.onAttestation(vote([0], for: high.root, slot: 1))
        #expect(try store.getHead() == low.root)
        store.onAttesterSlashing([0])
        #expect(try store.getHead() == high.root)
        #expect(try store.weight(of: low.root) == 0)
    }

    /// The boost is 40 % of a slot's committee, lasts for the slot, and goes to the first timely block only.
    @Test func proposerBoost() throws {
        var store = store()
        let anchor = TwinStores.anchor.root
        store.onTick(timeMs: 6000)
        let (first, second) = (node(1, on: anchor, slot: 1), node(2, on: anchor, slot: 1))
        try store.onBlock(first) { _ in nil }
        try store.onBlock(second) { _ in nil }
        #expect(store.proposerBoostRoot == first.root)
        #expect(try store.getHead() == first.root)
        #expect(try store.weight(of: first.root) == 4 * Self.gwei / 8 * 40 / 100)
        store.onTick(timeMs: 12_000)
        #expect(store.proposerBoostRoot == .zero)
        #expect(try store.weight(of: first.root) == 0)
        // A block after the attestation deadline is not timely.
        store.onTick(timeMs: 12_000 + 2000)
        try store.onBlock(node(3, on: anchor, slot: 2)) { _ in nil }
        #expect(store.proposerBoostRoot == .zero)
    }

    @Test func removal() throws {
        var store = store()
        let anchor = TwinStores.anchor.root
        store.onTick(timeMs: 3 * 6000)
        let (bad, child, good) = (node(1, on: anchor, slot: 1), node(2, on: SHA256.hash([1]), slot: 2), node(3, on: anchor, slot: 2))
        for block in [bad, child, good] { try store.onBlock(block) { _ in nil } }
        try store.onAttestation(vote([0, 1, 2], for: child.root, slot: 2))
        #expect(try store.getHead() == child.root)
        #expect(Set(store.remove(bad.root)) == [bad.root, child.root])
        #expect(try store.getHead() == good.root)
        #expect(store.remove(anchor).isEmpty)
        #expect(store.remove(.zero).isEmpty)
        #expect(!store.contains(child.root))
    }

    /// A late, weak head is built over by its successor's proposer, a timely or strong one is not.
    @Test(arguments: [(true, 0, false), (false, 0, true), (true, 3, false), (false, 3, false)] as [(Bool, Int, Bool)])
    func proposerHead(isTimely: Bool, votesForHead: Int, expectsReorg: Bool) throws {
        var store = store()
        let anchor = TwinStores.anchor.root
        let (parent, head) = (node(1, on: anchor, slot: 1), node(2, on: SHA256.hash([1]), slot: 2))
        store.onTick(timeMs: 6000)
        try store.onBlock(parent) { _ in nil }
        store.onTick(timeMs: 12_000 + (isTimely ? 0 : 4000))
        try store.onBlock(head) { _ in nil }
        store.onTick(timeMs: 18_000)
        try store.onAttestation(vote([3], for: parent.root, slot: 2))
        if votesForHead > 0 { try store.onAttestation(vote(Array(0..<UInt64(votesForHead)), for: head.root, slot: 2)) }
        let chosen = try store.getProposerHead(head.root, slot: 3, headCommittee: [])
        #expect(chosen == (expectsReorg ? parent.root : head.root))
        // On an epoch's first slot the shuffling may change: no reorg.
        #expect(try store.getProposerHead(head.root, slot: 8, headCommittee: []) == head.root)
        #expect(throws: ForkChoiceError.unknownBlock(.zero)) { try store.getProposerHead(.zero, slot: 3, headCommittee: []) }
    }
}
