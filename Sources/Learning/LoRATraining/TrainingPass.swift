import LoRA
import ModelFiles
import Transformer

/// Forward and backward over batches: losses, and gradients of every B.
///
/// A batch is taken in parts of at most `partRows` rows of whole sequences, so memory does not grow with the batch.
/// Gradients are chains over all rows of the batch in order, so the parts leave no trace in the result.
final class TrainingPass {
    let model: TransformerModel
    let state: TrainingState
    let context: ComputeContext
    let dropout: DropoutPlan
    let activations: ActivationStorage
    private var arena: TrainingArena?

    /// Rows of one part, unless a single sequence is longer.
    static let partRows = 512

    init(
        model: TransformerModel, state: TrainingState, context: ComputeContext, round: TrainingRound, dropout: Float,
        activations: ActivationStorage = .automatic
    ) {
        self.activations = activations
        self.model = model
        self.state = state
        self.context = context
        self.dropout = DropoutPlan(
            round, layout: state.layout, layerCount: model.configuration.layerCount, probability: dropout)
    }

    /// Replaces the state's gradients by those of the mean loss over `windows`, each a run of inputs and, one token
    /// later, targets. Returns that mean: the tokens' losses added in order in Float64, divided and rounded to FP32.
    func accumulate(_ windows: [ArraySlice<Int32>], step: Int) -> Float {
        state.clearGradients()
        let total = windows.reduce(0) { $0 + $1.count - 1 }
        let weight = 1 / Float(total)
        var sum = 0.0
        var firstRow = 0
        var next = 0
        while next < windows.count {
            var part: [ArraySlice<Int32>] = []
            var rows = 0
            while next < windows.count, part.isEmpty || rows + windows[next].count - 1 <= Self.partRows {
                part.append(windows[next])
                rows += windows[next].count - 1
                next += 1
            }
            sum = run(part, firstRow: firstRow, step: step, weight: weight, sum: sum)
            firstRow += rows
        }
        return Float(sum / Double(total))
    }

    /// One part: returns `sum` with its losses added.
    private func run(_ part: [ArraySlice<Int32>], firstRow: Int, step: Int, weight: Float, sum: Double) -> Double {
        let batch = TokenBatch(part.map { $0.dropLast() })
        let targets = part.flatMap { $0.dropFirst() }
        let arena = arena(for: batch)
        let input = DroppedInput(arena: arena, context: context, plan: dropout, step: step, firstRow: firstRow)
        let forward = LayerForward(
            model: model, adapter: state.adapter, adapterInput: input, context: context, rotary: arena.rotary)
        model.embed(batch, into: arena.layers[0].input, context: context)
        for (index, buffers) in arena.layers.enumerated() { forward.run(index, batch: batch, buffers: buffers) }
        let backward = LayerBackward(
            model: model, adapter: state.adapter, state: state, context: context, arena: arena, dropout: dropout)
        var sum = sum
        let last = arena.layers[arena.layers.count - 1].output
        let hidden = arena.layers[0].normed
        forward.finish(last, into: hidden, rows: batch.rowCount)
        for loss in backward.head(hidden, targets: targets, weight: weight) { sum += Double(loss) }
        backward.finish(last, rows: batch.rowCount)
        for index in arena.layers.indices.reversed() {
            // The last layer has just run.
            if arena.recomputes, index < arena.layers.count - 1 {
                forward.run(index, batch: batch, buffers: arena.layers[index])
            }
            backward.run(index, batch: batch)
        }
        return sum
    }

    private func arena(for batch: TokenBatch) -> TrainingArena {
        if let arena, arena.rows >= batch.rowCount, arena.rotary.positions >= batch.longest { return arena }
        let rows = max(batch.rowCount, arena?.rows ?? 0), longest = max(batch.longest, arena?.rotary.positions ?? 0)
        arena = nil
        let rank = state.adapter.frozen.paddedRank
        let larger = TrainingArena(
            model: model, rank: rank, rows: rows, longest: longest, workers: context.threadCount,
            recomputes: activations.recomputes(model.configuration, rank: rank, rows: rows))
        arena = larger
        return larger
    }
}
