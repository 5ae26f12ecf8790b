import LoRA
import ModelFiles
public import Transformer

/// The way back through some of a model's layers for whoever trains something before them: the gradient of their input from
/// that of their output. Nothing of the layers is trained.
///
/// Owns its scratch memory, which grows with the largest part; one thread uses it at a time.
public final class BlockGradient {
    public let model: TransformerModel
    public let context: ComputeContext
    private var arena: (memory: TrainingArena, rank: Int, layers: Range<Int>)?

    public init(model: TransformerModel, context: ComputeContext) { (self.model, self.context) = (model, context) }

    /// Runs the layers forward and back.
    ///
    /// - Parameters:
    ///   - states: the input of the first of `layers`.
    ///   - outputGradient: of the last one's output, in the same shape.
    ///   - prompts: what is added before each layer.
    /// - Returns: the gradient of `states`, and of each layer's prompt where there are any.
    public func run(
        _ states: HiddenStates, outputGradient: HiddenStates, layers: Range<Int>, adapter: PreparedAdapter? = nil,
        prompts: DeepPrompts? = nil
    ) throws(TransformerError) -> (input: HiddenStates, prompts: [HiddenStates]) {
        try model.validate(states, layers: layers, past: 0, prompts: prompts)
        guard (outputGradient.batch, outputGradient.length, outputGradient.width) == (states.batch, states.length, states.width) else {
            throw .hiddenStates("a gradient of another shape than the states")
        }
        var gradient = outputGradient
        var promptGradients =
            prompts?.layers.map { HiddenStates(batch: $0.batch, length: $0.length, width: $0.width) } ?? []
        let together = max(1, TrainingPass.partRows / states.length)
        for first in stride(from: 0, to: states.batch, by: together) {
            let sequences = first..<min(first + together, states.batch)
            run(sequences, states, layers, adapter, prompts, &gradient, &promptGradients)
        }
        return (gradient, promptGradients)
    }

    private func run(
        _ sequences: Range<Int>, _ states: HiddenStates, _ layers: Range<Int>, _ adapter: PreparedAdapter?, _ prompts: DeepPrompts?,
        _ gradient: inout HiddenStates, _ promptGradients: inout [HiddenStates]
    ) {
        let (length, tokens) = (states.length, 0..<states.length)
        let batch = TokenBatch(sequences: sequences.count, length: length)
        let arena = arena(for: batch, layers, adapter)
        let forward = LayerForward(
            model: model, adapter: adapter, adapterInput: WholeInput(), context: context, rotary: arena.rotary)
        states.copy(sequences: sequences, tokens: tokens, to: arena.layers[layers.lowerBound].input)
        for layer in layers {
            prompts?.add(layer - layers.lowerBound, sequences: sequences, length: length, to: arena.layers[layer].input)
            forward.run(layer, batch: batch, buffers: arena.layers[layer])
        }
        let backward = LayerBackward(
            model: model, adapter: adapter, state: nil, context: context, arena: arena, dropout: nil, reachesInput: true)
        gradient.copy(sequences: sequences, tokens: tokens, to: arena.stream)
        for layer in layers.reversed() {
            // The last layer has just run.
            if layer + 1 < layers.upperBound { forward.run(layer, batch: batch, buffers: arena.layers[layer]) }
            backward.run(layer, batch: batch)
            guard let prompts, prompts.length > 0 else { continue }
            for (index, sequence) in sequences.enumerated() {
                promptGradients[layer - layers.lowerBound].take(
                    arena.stream.from(index * length), sequences: sequence..<sequence + 1, tokens: 0..<prompts.length)
            }
        }
        gradient.take(arena.stream, sequences: sequences, tokens: tokens)
    }

    private func arena(for batch: TokenBatch, _ layers: Range<Int>, _ adapter: PreparedAdapter?) -> TrainingArena {
        let rank = adapter?.frozen.paddedRank ?? 0
        if let (arena, known, blocks) = arena, known == rank, blocks == layers, arena.rows >= batch.rowCount,
            arena.rotary.positions >= batch.longest
        {
            return arena
        }
        arena = nil
        let larger = TrainingArena(
            model: model, rank: rank, rows: batch.rowCount, longest: batch.longest, workers: context.threadCount, recomputes: true,
            blocks: layers)
        arena = (larger, rank, layers)
        return larger
    }
}
