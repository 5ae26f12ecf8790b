import CReproKernels
import ModelFiles

/// What stands before a model's layers and after them, for whoever has others run those: the embedding, and the final norm
/// with the output projection.
///
/// One thread uses it at a time.
public struct ModelEnds {
    public let model: TransformerModel
    public let context: ComputeContext

    /// - Throws: `notLoaded` for a model of layers alone.
    public init(model: TransformerModel, context: ComputeContext) throws(TransformerError) {
        guard model.part.hasEnds else { throw .notLoaded("the embedding") }
        (self.model, self.context) = (model, context)
    }

    /// The states before the first layer of sequences of one length.
    public func embed(_ sequences: [[Int32]]) throws(TransformerError) -> HiddenStates {
        let (width, vocabulary) = (model.configuration.hiddenSize, model.configuration.vocabularySize)
        let length = sequences.first?.count ?? 0
        guard length > 0, sequences.allSatisfy({ $0.count == length }) else {
            throw .hiddenStates("sequences of different lengths, or of none")
        }
        for token in sequences.joined() where token < 0 || token >= vocabulary {
            throw .tokenOutOfRange(token, vocabulary: vocabulary)
        }
        var states = HiddenStates(batch: sequences.count, length: length, width: width)
        let memory = FloatBuffer(count: states.rowCount * Rows.stride(width))
        withExtendedLifetime(memory) {
            let rows = Rows(memory.pointer, stride: Rows.stride(width))
            model.embed(TokenBatch(sequences), into: rows, context: context)
            states.take(rows, sequences: 0..<sequences.count, tokens: 0..<length)
        }
        return states
    }

    /// The logits after the last token of each sequence, from the states after the last layer.
    public func logits(_ states: HiddenStates) throws(TransformerError) -> [[Float]] {
        let vocabulary = model.configuration.vocabularySize
        let hidden = try normed(states, tokens: max(0, states.length - 1)..<states.length)
        let stride = Rows.stride(vocabulary)
        let output = FloatBuffer(count: stride * states.batch)
        withExtendedLifetime(hidden.memory) {
            context.run([model.head.product(hidden.rows, count: states.batch, into: Rows(output.pointer, stride: stride))])
        }
        return withExtendedLifetime(output) {
            (0..<states.batch).map { Array(UnsafeBufferPointer(start: output.pointer + $0 * stride, count: vocabulary)) }
        }
    }

    /// The cross-entropy of each token's target, in the order of the rows.
    public func losses(_ states: HiddenStates, targets: [Int32]) throws(TransformerError) -> [Float] {
        let vocabulary = model.configuration.vocabularySize
        guard targets.count == states.rowCount else { throw .hiddenStates("\(targets.count) targets for \(states.rowCount) tokens") }
        for token in targets where token < 0 || token >= vocabulary { throw .tokenOutOfRange(token, vocabulary: vocabulary) }
        let hidden = try normed(states, tokens: 0..<states.length)
        var evaluation = LossEvaluation(model: model, context: context, rows: states.rowCount)
        return withExtendedLifetime(hidden.memory) { evaluation.forward(hidden.rows, targets: targets) }
    }

    /// The states of some tokens of each sequence after the final norm, and the memory in which they lie.
    private func normed(_ states: HiddenStates, tokens: Range<Int>) throws(TransformerError) -> (rows: Rows, memory: FloatBuffer) {
        let width = model.configuration.hiddenSize
        guard states.width == width, states.rowCount > 0 else {
            throw .hiddenStates("\(states.width) numbers a token where the model has \(width), or no tokens")
        }
        let (rows, stride) = (states.batch * tokens.count, Rows.stride(width))
        let (input, output) = (FloatBuffer(count: rows * stride), FloatBuffer(count: rows * stride))
        states.copy(sequences: 0..<states.batch, tokens: tokens, to: Rows(input.pointer, stride: stride))
        withExtendedLifetime(input) {
            repro_rmsnorm(
                context.kernels, Int64(rows), Int64(width), input.pointer, Int64(stride), nil, 0, model.finalNorm.pointer,
                model.configuration.rmsNormEpsilon, output.pointer, Int64(stride))
        }
        return (Rows(output.pointer, stride: stride), output)
    }
}
