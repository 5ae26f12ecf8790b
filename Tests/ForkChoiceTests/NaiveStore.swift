import BeaconTypes
import ForkChoice
import Primitives

/// The specification's `Store` and functions word for word, dictionaries and recursion and all: slow, and the oracle of
/// the flat array. States are replaced by what fork choice reads from them.
struct NaiveStore {
    let settings: ForkChoiceSettings
    var timeMs: UInt64
    var justified: Checkpoint
    var finalized: Checkpoint
    var unrealizedJustified: Checkpoint
    var unrealizedFinalized: Checkpoint
    var boost: Root = .zero
    var equivocating: Set<ValidatorIndex> = []
    var blocks: [Root: ProtoNode] = [:]
    var messages: [ValidatorIndex: (epoch: Epoch, root: Root)] = [:]
    let weights: [Gwei]

    init(anchor: ProtoNode, weights: [Gwei], settings: ForkChoiceSettings) {
        self.settings = settings
        let checkpoint = Checkpoint(epoch: anchor.slot / settings.slotsPerEpoch, root: anchor.root)
        (justified, finalized, unrealizedJustified, unrealizedFinalized) = (checkpoint, checkpoint, checkpoint, checkpoint)
        timeMs = anchor.slot * settings.slotDurationMs
        blocks[anchor.root] = anchor
        self.weights = weights
    }

    var currentSlot: Slot { timeMs / settings.slotDurationMs }
    var currentEpoch: Epoch { currentSlot / settings.slotsPerEpoch }

    func ancestor(_ root: Root, _ slot: Slot) -> Root? {
        guard let block = blocks[root] else { return nil }
        return block.slot > slot ? ancestor(block.parentRoot, slot) : root
    }

    func checkpointBlock(_ root: Root, _ epoch: Epoch) -> Root? { ancestor(root, epoch * settings.slotsPerEpoch) }

    mutating func onTick(_ time: UInt64) {
        while currentSlot < time / settings.slotDurationMs { tickOneSlot((currentSlot + 1) * settings.slotDurationMs) }
        tickOneSlot(time)
    }

    private mutating func tickOneSlot(_ time: UInt64) {
        let previousSlot = currentSlot
        timeMs = time
        guard currentSlot > previousSlot else { return }
        boost = .zero
        if currentSlot % settings.slotsPerEpoch == 0 { updateCheckpoints(unrealizedJustified, unrealizedFinalized) }
    }

    private mutating func updateCheckpoints(_ newJustified: Checkpoint, _ newFinalized: Checkpoint) {
        if newJustified.epoch > justified.epoch { justified = newJustified }
        if newFinalized.epoch > finalized.epoch { finalized = newFinalized }
    }

    /// Whether the block was taken.
    mutating func onBlock(_ block: ProtoNode) -> Bool {
        if blocks[block.root] != nil { return true }
        guard blocks[block.parentRoot] != nil, currentSlot >= block.slot,
            block.slot > finalized.epoch * settings.slotsPerEpoch,
            checkpointBlock(block.parentRoot, finalized.epoch) == finalized.root
        else { return false }
        let head = getHead()
        blocks[block.root] = block
        let intoSlot = timeMs % settings.slotDurationMs
        let isTimely = currentSlot == block.slot && intoSlot < settings.attestationDueBps * settings.slotDurationMs / 10_000
        if isTimely && boost == .zero && dependentRoot(head) == dependentRoot(block.root) { boost = block.root }
        updateCheckpoints(block.justified, block.finalized)
        if block.unrealizedJustified.epoch > unrealizedJustified.epoch { unrealizedJustified = block.unrealizedJustified }
        if block.unrealizedFinalized.epoch > unrealizedFinalized.epoch { unrealizedFinalized = block.unrealizedFinalized }
        if block.slot / settings.slotsPerEpoch < currentEpoch {
            updateCheckpoints(block.unrealizedJustified, block.unrealizedFinalized)
        }
        return true
    }

    private func dependentRoot(_ root: Root) -> Root? {
        let epoch = currentEpoch > 1 ? currentEpoch - 1 : 0
        let start = epoch * settings.slotsPerEpoch
        return ancestor(root, start > 0 ? start - 1 : 0)
    }

    /// Whether the vote was taken.
    mutating func onAttestation(_ attestation: IndexedAttestation) -> Bool {
        let data = attestation.data
        guard data.target.epoch == currentEpoch || data.target.epoch + 1 == currentEpoch,
            data.target.epoch == data.slot / settings.slotsPerEpoch, blocks[data.target.root] != nil,
            let block = blocks[data.beaconBlockRoot], block.slot <= data.slot,
            checkpointBlock(data.beaconBlockRoot, data.target.epoch) == data.target.root, currentSlot >= data.slot + 1
        else { return false }
        for index in attestation.attestingIndices where !equivocating.contains(index) {
            if let old = messages[index], data.target.epoch <= old.epoch { continue }
            messages[index] = (data.target.epoch, data.beaconBlockRoot)
        }
        return true
    }

    func weight(_ root: Root) -> Gwei {
        guard let slot = blocks[root]?.slot else { return 0 }
        var total: Gwei = 0
        for (index, message) in messages where !equivocating.contains(index) {
            if ancestor(message.root, slot) == root { total += weights[Int(index)] }
        }
        if boost != .zero, ancestor(boost, slot) == root {
            let sum = max(settings.effectiveBalanceIncrement, weights.reduce(0, +))
            total += sum / settings.slotsPerEpoch * settings.proposerScoreBoost / 100
        }
        return total
    }

    private func children(_ root: Root) -> [Root] { blocks.values.filter { $0.parentRoot == root }.map(\.root) }

    private func filtered(_ root: Root) -> Set<Root> {
        let children = children(root)
        if !children.isEmpty {
            let viable = children.reduce(into: Set<Root>()) { $0.formUnion(filtered($1)) }
            return viable.isEmpty ? [] : viable.union([root])
        }
        guard let block = blocks[root] else { return [] }
        let source = currentEpoch > block.slot / settings.slotsPerEpoch ? block.unrealizedJustified : block.justified
        let isJustified = justified.epoch == 0 || source.epoch == justified.epoch || source.epoch + 2 >= currentEpoch
        let isFinalized = finalized.epoch == 0 || finalized.root == checkpointBlock(root, finalized.epoch)
        return isJustified && isFinalized ? [root] : []
    }

    func getHead() -> Root {
        let viable = filtered(justified.root)
        var head = justified.root
        while let best = children(head).filter({ viable.contains($0) }).max(by: { (weight($0), $0) < (weight($1), $1) }) {
            head = best
        }
        return head
    }
}
