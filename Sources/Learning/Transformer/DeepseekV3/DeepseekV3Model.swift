import CReproKernels
public import ModelFiles

/// A DeepSeek-V3 or R1 decoder for evaluation: latent attention, routed and shared experts, on the reproducible kernels.
///
/// It measures texts and speaks, without adapters or training. Weights are FP32 in memory.
public final class DeepseekV3Model: @unchecked Sendable {
    // Unchecked because of the raw memory of the norms: it is written in init alone.
    public let configuration: DeepseekV3Configuration
    let layers: [DeepseekV3Layer]
    let embedding, head: WeightMatrix
    let finalNorm: FloatBuffer

    /// Reads and packs all weights; NaN and infinity are refused.
    ///
    /// - Parameter progress: called with the number of layers read and their count.
    public init(
        weights: some DeepseekV3Weights, context: ComputeContext, progress: (Int, Int) -> Void = { _, _ in }
    ) throws(TransformerError) {
        let c = weights.configuration
        if let fault = c.fault { throw .model(fault) }
        let loader = DeepseekV3Loader(weights: weights, context: context)
        configuration = c
        embedding = try loader.matrix("model.embed_tokens.weight", c.vocabularySize, c.hiddenSize)
        head = c.tieWordEmbeddings ? embedding : try loader.matrix("lm_head.weight", c.vocabularySize, c.hiddenSize)
        finalNorm = try loader.vector("model.norm.weight", c.hiddenSize)
        var layers: [DeepseekV3Layer] = []
        for index in 0..<c.layerCount {
            layers.append(try loader.layer(index))
            progress(index + 1, c.layerCount)
        }
        self.layers = layers
    }

    /// The cross-entropy of each token of `text` after the first, in nats: the same bits on every machine.
    public func losses(_ text: [Int32], context: ComputeContext) throws(TransformerError) -> [Float] {
        guard text.count >= 2 else { throw .sequenceLength(text.count, limit: configuration.contextLength) }
        let pass = try DeepseekV3Pass(model: self, tokens: text, context: context)
        let hidden = pass.run()
        var evaluation = LossEvaluation(head: head, context: context, rows: text.count - 1)
        return evaluation.forward(hidden, targets: Array(text.dropFirst()))
    }

    /// The logits after every token of `text`, `vocabularySize` values each.
    public func logits(_ text: [Int32], context: ComputeContext) throws(TransformerError) -> [[Float]] {
        let pass = try DeepseekV3Pass(model: self, tokens: text, context: context)
        let hidden = pass.run()
        let stride = Rows.stride(configuration.vocabularySize)
        let output = FloatBuffer(count: stride * text.count)
        let rows = Rows(output.pointer, stride: stride)
        context.run([head.product(hidden, count: text.count, into: rows)])
        return text.indices.map { Array(UnsafeBufferPointer(start: rows.from($0).pointer, count: configuration.vocabularySize)) }
    }
}
