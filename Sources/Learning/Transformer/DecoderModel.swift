public import ModelFiles
public import Primitives

/// A decoder ready to run, of the architecture that the base model's files name: one tower for the gate, for generation and
/// for everything else that asks a model.
public enum DecoderModel: Sendable {
    /// Llama and Qwen2, which carry adapters.
    case dense(TransformerModel)
    /// DeepSeek-V3 and R1, without adapters.
    case latent(DeepseekV3Model)

    /// Reads and packs the weights; NaN and infinity are refused.
    ///
    /// - Parameter progress: called with the number of layers read and their count.
    public init(
        _ weights: DecoderWeights, baseModelRoot: Hash32, context: ComputeContext, storage: WeightStorage = .automatic,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws(TransformerError) {
        switch weights {
        case .dense(let weights):
            self = .dense(
                try TransformerModel(
                    weights: weights, baseModelRoot: baseModelRoot, context: context, storage: storage, progress: progress))
        case .latent(let weights): self = .latent(try DeepseekV3Model(weights: weights, context: context, progress: progress))
        }
    }

    /// The longest sequence, in tokens.
    public var contextLength: Int {
        switch self {
        case .dense(let model): model.configuration.contextLength
        case .latent(let model): model.configuration.contextLength
        }
    }

    public var vocabularySize: Int {
        switch self {
        case .dense(let model): model.configuration.vocabularySize
        case .latent(let model): model.configuration.vocabularySize
        }
    }
}
