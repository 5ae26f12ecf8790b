import CReproKernels
import LoRA
import ModelFiles

/// Runs some of a model's layers over hidden states, for sequences that end with the call or for sessions whose keys and
/// values are kept. The bits are those of the whole model's pass.
///
/// Owns its scratch memory, which grows with the largest part; one thread uses it at a time.
public final class BlockPass {
    /// Rows that go through a layer at once, unless a single sequence needs more.
    static let partRows = 512

    public let model: TransformerModel
    public let context: ComputeContext
    private var arena: ForwardArena?
    private var rank = 0

    public init(model: TransformerModel, context: ComputeContext) { (self.model, self.context) = (model, context) }

    /// Whole sequences through `layers`: the states after the last of them, of the same shape.
    ///
    /// - Parameters:
    ///   - adapter: made for this model.
    ///   - prompts: one for each layer and sequence.
    public func forward(
        _ states: HiddenStates, layers: Range<Int>, adapter: PreparedAdapter? = nil, prompts: DeepPrompts? = nil
    ) throws(TransformerError) -> HiddenStates {
        try model.validate(states, layers: layers, past: 0, prompts: prompts)
        var output = states
        let together = max(1, Self.partRows / states.length)
        for first in stride(from: 0, to: states.batch, by: together) {
            let sequences = first..<min(first + together, states.batch)
            let batch = TokenBatch(sequences: sequences.count, length: states.length)
            let arena = arena(rows: batch.rowCount, longest: batch.longest, adapter)
            let forward = LayerForward(
                model: model, adapter: adapter, adapterInput: WholeInput(), context: context, rotary: arena.rotary)
            states.copy(sequences: sequences, tokens: 0..<states.length, to: arena.buffers.input)
            for layer in layers {
                prompts?.add(layer - layers.lowerBound, sequences: sequences, length: states.length, to: arena.buffers.input)
                forward.run(layer, batch: batch, buffers: arena.buffers)
            }
            output.take(arena.buffers.output, sequences: sequences, tokens: 0..<states.length)
        }
        return output
    }

    /// The next tokens of a session through its layers: the states after the last of them, of the same shape.
    public func advance(
        _ cache: BlockCache, by states: HiddenStates, adapter: PreparedAdapter? = nil, prompts: DeepPrompts? = nil
    ) throws(TransformerError) -> HiddenStates {
        guard states.batch == cache.batch else {
            throw .hiddenStates("\(states.batch) sequences in a session of \(cache.batch)")
        }
        try model.validate(states, layers: cache.layers, past: cache.length, prompts: prompts)
        guard cache.length + states.length <= cache.capacity else {
            throw .sequenceLength(cache.length + states.length, limit: cache.capacity)
        }
        // What is added to the first tokens cannot be cut.
        let together = prompts == nil ? max(1, Self.partRows / states.batch) : states.length
        var output = states
        for first in stride(from: 0, to: states.length, by: together) {
            let tokens = first..<min(first + together, states.length)
            run(cache, states, tokens, adapter, prompts, into: &output)
        }
        return output
    }

    private func run(
        _ cache: BlockCache, _ states: HiddenStates, _ tokens: Range<Int>, _ adapter: PreparedAdapter?, _ prompts: DeepPrompts?,
        into output: inout HiddenStates
    ) {
        let (past, sequences) = (cache.length, 0..<states.batch)
        cache.makeRoom(for: past + tokens.count)
        let batch = TokenBatch(sequences: states.batch, length: tokens.count, past: past, capacity: cache.rows)
        let arena = arena(rows: batch.rowCount, longest: batch.longest, adapter)
        let forward = LayerForward(
            model: model, adapter: adapter, adapterInput: WholeInput(), context: context, rotary: arena.rotary)
        states.copy(sequences: sequences, tokens: tokens, to: arena.buffers.input)
        for (place, layer) in cache.layers.enumerated() {
            prompts?.add(place, sequences: sequences, length: tokens.count, to: arena.buffers.input)
            var buffers = arena.buffers
            (buffers.keys, buffers.values) = (cache.keys(place), cache.values(place))
            forward.run(layer, batch: batch, buffers: buffers) {
                cache.keep(place, keys: buffers.key, values: buffers.value, length: tokens.count)
            }
        }
        cache.length += tokens.count
        output.take(arena.buffers.output, sequences: sequences, tokens: tokens)
    }

    private func arena(rows: Int, longest: Int, _ adapter: PreparedAdapter?) -> ForwardArena {
        let rank = max(rank, adapter?.frozen.paddedRank ?? 0)
        if let arena, arena.rows >= rows, arena.longest >= longest, rank == self.rank { return arena }
        let rows = max(rows, arena?.rows ?? 0)
        // A session grows by a token a step: room for many at once.
        let longest = max((longest + 127) / 128 * 128, arena?.longest ?? 0)
        arena = nil
        self.rank = rank
        let larger = ForwardArena(model: model, rank: rank, rows: rows, longest: longest, workers: context.threadCount)
        arena = larger
        return larger
    }
}

extension TransformerModel {
    /// Checks what goes through layers.
    package func validate(
        _ states: HiddenStates, layers: Range<Int>, past: Int, prompts: DeepPrompts?
    ) throws(TransformerError) {
        let loaded = part.blocks(of: configuration.layerCount)
        guard !layers.isEmpty, loaded.lowerBound <= layers.lowerBound, layers.upperBound <= loaded.upperBound else {
            throw .notLoaded("layers \(layers.lowerBound) to \(layers.upperBound)")
        }
        guard states.width == configuration.hiddenSize else {
            throw .hiddenStates("\(states.width) numbers a token where the model has \(configuration.hiddenSize)")
        }
        guard states.batch > 0, states.length > 0, past + states.length <= configuration.contextLength else {
            throw .sequenceLength(states.batch > 0 ? past + states.length : 0, limit: configuration.contextLength)
        }
        guard let prompts else { return }
        guard prompts.layers.count == layers.count else {
            throw .hiddenStates("\(prompts.layers.count) prompts for \(layers.count) layers")
        }
        guard prompts.layers.allSatisfy({ $0.batch == states.batch && $0.width == states.width && $0.length <= states.length }) else {
            throw .hiddenStates("prompts for other sequences, or longer than these")
        }
    }
}
