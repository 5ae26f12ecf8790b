import CReproKernels
import ModelFiles

/// The text so far of a DeepSeek-V3 model that speaks. Nothing is kept of earlier positions: every token runs the whole text
/// again, so that there is one forward pass to trust.
final class LatentHistory {
    private let model: DeepseekV3Model
    private let context: ComputeContext
    private let output: FloatBuffer
    private var tokens: [Int32] = []

    init(model: DeepseekV3Model, context: ComputeContext) {
        self.model = model
        self.context = context
        output = FloatBuffer(count: Rows.stride(model.configuration.vocabularySize))
    }

    /// The logits that follow after `tokens`, which continue what was given before.
    func logits(after tokens: [Int32]) throws(TransformerError) -> UnsafeBufferPointer<Float> {
        self.tokens += tokens
        let pass = try DeepseekV3Pass(model: model, tokens: self.tokens, context: context)
        let last = pass.run().from(self.tokens.count - 1)
        let vocabulary = model.configuration.vocabularySize
        context.run([model.head.product(last, count: 1, into: Rows(output.pointer, stride: Rows.stride(vocabulary)))])
        return withExtendedLifetime(pass) { UnsafeBufferPointer(start: output.pointer, count: vocabulary) }
    }
}
