import TestSupport
import BeaconTypes
import ForkChoice
import Primitives
import SSZOracle

/// A fork choice and its naive twin, driven by the same random events.
struct TwinStores {
    var store: ForkChoice
    var naive: NaiveStore
    private var generator: SeededGenerator
    private var counter: UInt64 = 0
    let validators: Int

    static let anchor: ProtoNode = {
        let root = SHA256.hash([0])
        let checkpoint = Checkpoint(epoch: 0, root: root)
        return ProtoNode(
            root: root, parentRoot: .zero, slot: 0, proposerIndex: 0, executionBlockHash: .zero, justified: Checkpoint(),
            finalized: Checkpoint(), unrealizedJustified: checkpoint, unrealizedFinalized: checkpoint)
    }()

    init(seed: UInt64, spec: BeaconSpec, validators: Int = 12) {
        generator = SeededGenerator(seed: seed)
        self.validators = validators
        let settings = ForkChoiceSettings(spec)
        var weights: [Gwei] = []
        for _ in 0..<validators { weights.append(Gwei.random(in: 0...3, using: &generator) * 16_000_000_000) }
        let balances = JustifiedBalances(effectiveBalances: weights, voteWeights: weights, minimumTotal: settings.effectiveBalanceIncrement)
        store = ForkChoice(anchor: Self.anchor, genesisTime: 0, balances: balances, settings: settings)
        naive = NaiveStore(anchor: Self.anchor, weights: weights, settings: settings)
        self.balances = balances
    }

    private let balances: JustifiedBalances

    mutating func randomEvent() -> (taken: Bool, naivelyTaken: Bool) {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0...2:
            let time = store.timeMs + UInt64.random(in: 0...(store.settings.slotDurationMs * 2), using: &generator)
            store.onTick(timeMs: time)
            naive.onTick(time)
            return (true, true)
        case 3...6: return addBlock()
        case 7...8: return addVotes()
        default:
            guard Int.random(in: 0..<6, using: &generator) == 0 else { return (true, true) }
            let index = ValidatorIndex.random(in: 0..<UInt64(validators), using: &generator)
            store.onAttesterSlashing([index])
            naive.equivocating.insert(index)
            return (true, true)
        }
    }

    private mutating func addBlock() -> (Bool, Bool) {
        guard let parent = store.nodes.suffix(12).randomElement(using: &generator) else { return (true, true) }
        counter += 1
        let slot = max(parent.slot + 1, store.currentSlot > 2 ? store.currentSlot - UInt64.random(in: 0...2, using: &generator) : 0)
        let epoch = slot / store.settings.slotsPerEpoch
        // Checkpoints on the block's own chain, never older than its parent's, as a state transition makes them.
        let justified = advance(parent.justified, on: parent, upTo: epoch, chance: 3)
        let unrealized = advance(later(justified, parent.unrealizedJustified), on: parent, upTo: epoch + 1, chance: 2)
        let finalized = later(parent.finalized, Int.random(in: 0..<3, using: &generator) == 0 ? parent.justified : parent.finalized)
        let node = ProtoNode(
            root: SHA256.hash([1] + withUnsafeBytes(of: counter) { [UInt8]($0) }), parentRoot: parent.root, slot: slot,
            proposerIndex: 0, executionBlockHash: .zero, justified: justified, finalized: finalized,
            unrealizedJustified: unrealized, unrealizedFinalized: later(finalized, parent.unrealizedFinalized))
        let balances = balances
        let taken = (try? store.onBlock(node) { _ in balances }) != nil
        return (taken, naive.onBlock(node))
    }

    private func later(_ first: Checkpoint, _ second: Checkpoint) -> Checkpoint { first.epoch >= second.epoch ? first : second }

    private mutating func advance(_ checkpoint: Checkpoint, on parent: ProtoNode, upTo epoch: Epoch, chance: Int) -> Checkpoint {
        guard epoch > 0, checkpoint.epoch + 1 < epoch, Int.random(in: 0..<chance, using: &generator) == 0 else { return checkpoint }
        let new = Epoch.random(in: (checkpoint.epoch + 1)..<epoch, using: &generator)
        guard let root = store.checkpointBlock(of: parent.root, epoch: new) else { return checkpoint }
        return Checkpoint(epoch: new, root: root)
    }

    private mutating func addVotes() -> (Bool, Bool) {
        guard let block = store.nodes.suffix(10).randomElement(using: &generator) else { return (true, true) }
        let slot = block.slot + UInt64.random(in: 0...2, using: &generator)
        let epoch = slot / store.settings.slotsPerEpoch
        let target = Checkpoint(epoch: epoch, root: store.checkpointBlock(of: block.root, epoch: epoch) ?? .zero)
        var indices: [ValidatorIndex] = []
        for index in 0..<validators where Int.random(in: 0..<3, using: &generator) == 0 { indices.append(UInt64(index)) }
        let data = AttestationData(slot: slot, index: 0, beaconBlockRoot: block.root, source: Checkpoint(), target: target)
        let attestation = IndexedAttestation(attestingIndices: indices, data: data, signature: BLSSignature())
        let taken = (try? store.onAttestation(attestation)) != nil
        return (taken, naive.onAttestation(attestation))
    }
}
