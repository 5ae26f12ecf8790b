import CReproKernels
import LoRA
import ModelFiles

/// Continues a prompt token by token. Keys and values of earlier positions are kept, so a token costs one row.
public struct TokenGenerator: Sendable {
    public let model: DecoderModel
    public let adapter: PreparedAdapter?
    let context: ComputeContext

    /// Generates with `adapter`, or with the base model alone.
    public init(model: TransformerModel, adapter: PreparedAdapter? = nil, context: ComputeContext) {
        self.model = .dense(model)
        self.adapter = adapter
        self.context = context
    }

    /// Generates with a model of any kind, without an adapter.
    public init(model: DecoderModel, context: ComputeContext) {
        self.model = model
        adapter = nil
        self.context = context
    }

    /// Yields up to `limit` tokens after `prompt`, each to `onToken`, which ends the generation by returning false.
    /// A token of `stop` ends it too and is not yielded. Prompt and continuation must fit the model's context.
    ///
    /// Equal arguments give equal tokens on every machine.
    public func generate(
        prompt: [Int32], limit: Int, sampling: Sampling = .greedy, stop: Set<Int32> = [],
        onToken: (Int32) -> Bool
    ) throws(TransformerError) {
        let capacity = prompt.count + max(0, limit)
        guard !prompt.isEmpty, capacity <= model.contextLength else {
            throw .sequenceLength(prompt.isEmpty ? 0 : capacity, limit: model.contextLength)
        }
        let logits: ([Int32]) throws(TransformerError) -> UnsafeBufferPointer<Float>
        switch model {
        case .dense(let model):
            try model.validate(TokenBatch([prompt]))
            let cache = KeyValueCache(model: model, adapter: adapter, prompt: prompt.count, capacity: capacity, context: context)
            logits = { tokens throws(TransformerError) in cache.logits(after: tokens) }
        case .latent(let model):
            let history = LatentHistory(model: model, context: context)
            logits = { tokens throws(TransformerError) in try history.logits(after: tokens) }
        }
        var tokens = prompt
        for index in 0..<max(0, limit) {
            let next = sampling.pick(try logits(tokens), index: index, context: context)
            guard !stop.contains(next), onToken(next) else { return }
            tokens = [next]
        }
    }
}

/// The keys and values of all positions so far, and the scratch to add more.
private final class KeyValueCache {
    private let model: TransformerModel
    private let context: ComputeContext
    private let layers: LayerForward<WholeInput>
    private let arena: ForwardArena
    private let keys: [FloatBuffer]
    private let values: [FloatBuffer]
    private let output: FloatBuffer
    private var past = 0

    init(model: TransformerModel, adapter: PreparedAdapter?, prompt: Int, capacity: Int, context: ComputeContext) {
        self.model = model
        self.context = context
        arena = ForwardArena(
            model: model, rank: adapter?.frozen.paddedRank ?? 0, rows: prompt, longest: capacity,
            workers: context.threadCount)
        layers = LayerForward(
            model: model, adapter: adapter, adapterInput: WholeInput(), context: context, rotary: arena.rotary)
        let count = capacity * arena.buffers.key.stride
        keys = model.layers.map { _ in FloatBuffer(count: count) }
        values = model.layers.map { _ in FloatBuffer(count: count) }
        output = FloatBuffer(count: model.configuration.vocabularySize)
    }

    /// The logits that follow after `tokens`, which continue what was given before.
    func logits(after tokens: [Int32]) -> UnsafeBufferPointer<Float> {
        let batch = TokenBatch(continuing: past, tokens: tokens)
        model.embed(batch, into: arena.buffers.input, context: context)
        for index in model.layers.indices {
            var buffers = arena.buffers
            buffers.keys = Rows(keys[index].pointer, stride: buffers.key.stride)
            buffers.values = Rows(values[index].pointer, stride: buffers.value.stride)
            buffers.key = buffers.keys.from(past)
            buffers.value = buffers.values.from(past)
            layers.run(index, batch: batch, buffers: buffers)
        }
        past += tokens.count
        let last = arena.buffers.output.from(tokens.count - 1), normed = arena.buffers.normed
        layers.finish(last, into: normed, rows: 1)
        let stride = Rows.stride(output.count)
        context.run([model.head.product(normed, count: 1, into: Rows(output.pointer, stride: stride))])
        return UnsafeBufferPointer(start: output.pointer, count: output.count)
    }
}
