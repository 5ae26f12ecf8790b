import CReproKernels
import LoRA
import ModelFiles

/// Evaluates batches of tokens: final hidden states and losses. Owns its scratch memory, which grows with the
/// largest batch; one thread uses it at a time.
package final class ForwardPass {
    package let model: TransformerModel
    package let adapter: PreparedAdapter?
    package let context: ComputeContext
    private var arena: ForwardArena?

    package init(model: TransformerModel, adapter: PreparedAdapter?, context: ComputeContext) {
        self.model = model
        self.adapter = adapter
        self.context = context
    }

    /// The cross-entropy of each row's target, `log Σ exp(logits) − logits[target]`, in row order.
    package func losses(_ batch: TokenBatch, targets: [Int32]) throws(TransformerError) -> [Float] {
        let hidden = try self.hidden(batch)
        let vocabulary = model.configuration.vocabularySize
        precondition(targets.count == batch.rowCount)
        for token in targets where token < 0 || token >= vocabulary {
            throw .tokenOutOfRange(token, vocabulary: vocabulary)
        }
        var evaluation = LossEvaluation(model: model, context: context, rows: batch.rowCount)
        return evaluation.forward(hidden, targets: targets)
    }

    /// The hidden states after the final norm, `[rows, hidden]`; valid until the next call.
    package func hidden(_ batch: TokenBatch) throws(TransformerError) -> Rows {
        try model.validate(batch)
        let arena = arena(for: batch)
        let layers = LayerForward(
            model: model, adapter: adapter, adapterInput: WholeInput(), context: context, rotary: arena.rotary)
        model.embed(batch, into: arena.buffers.input, context: context)
        for index in model.layers.indices { layers.run(index, batch: batch, buffers: arena.buffers) }
        layers.finish(arena.buffers.output, into: arena.buffers.normed, rows: batch.rowCount)
        return arena.buffers.normed
    }

    /// The logits of the rows of a batch, `vocabularySize` values each.
    package func logits(_ batch: TokenBatch) throws(TransformerError) -> [[Float]] {
        let hidden = try self.hidden(batch)
        let vocabulary = model.configuration.vocabularySize
        let output = FloatBuffer(count: Rows.stride(vocabulary) * batch.rowCount)
        let rows = Rows(output.pointer, stride: Rows.stride(vocabulary))
        context.run([model.head.product(hidden, count: batch.rowCount, into: rows)])
        return (0..<batch.rowCount).map {
            Array(UnsafeBufferPointer(start: rows.from($0).pointer, count: vocabulary))
        }
    }

    private func arena(for batch: TokenBatch) -> ForwardArena {
        if let arena, arena.rows >= batch.rowCount, arena.longest >= batch.longest { return arena }
        let (rows, longest) = (max(batch.rowCount, arena?.rows ?? 0), max(batch.longest, arena?.longest ?? 0))
        arena = nil
        let larger = ForwardArena(
            model: model, rank: adapter?.frozen.paddedRank ?? 0, rows: rows, longest: longest,
            workers: context.threadCount)
        arena = larger
        return larger
    }
}

/// Scratch memory for batches of up to `rows` rows with sequences of up to `longest` tokens.
final class ForwardArena {
    let rows: Int
    let longest: Int
    let rotary: RotaryTable
    let buffers: LayerBuffers
    private let memory: FloatBuffer

    init(model: TransformerModel, rank: Int, rows: Int, longest: Int, workers: Int) {
        let configuration = model.configuration
        self.rows = rows
        self.longest = longest
        rotary = RotaryTable(configuration, positions: longest)
        let hidden = Rows.stride(configuration.hiddenSize)
        let queries = Rows.stride(configuration.headCount * configuration.headDimension)
        let keys = Rows.stride(configuration.keyValueHeadCount * configuration.headDimension)
        let inner = Rows.stride(configuration.intermediateSize)
        let scratch = Int(repro_attention_scratch(Int64(longest), Int64(configuration.headDimension), false))
        let width = 3 * hidden + 2 * queries + 2 * keys + 3 * inner + 3 * rank
        let memory = FloatBuffer(count: rows * width + workers * scratch)
        self.memory = memory
        var next = memory.pointer
        func take(_ stride: Int) -> Rows {
            defer { next += rows * stride }
            return Rows(next, stride: stride)
        }
        let stream = take(hidden)
        let (key, value) = (take(keys), take(keys))
        // q, k and v are reduced before any is read, as are gate and up: three sets serve all seven.
        let reduced = [take(rank), take(rank), take(rank)]
        buffers = LayerBuffers(
            input: stream, mid: stream, output: stream, query: take(queries), gate: take(inner), up: take(inner),
            key: key, value: value, keys: key, values: value,
            reduced: [0, 1, 2, 0, 0, 1, 0].map { reduced[$0] },
            normed: take(hidden), attended: take(queries), activated: take(inner), projected: take(hidden),
            scratch: next, scratchCount: scratch)
    }
}
