/// The parameters of a decoder of either kind this engine runs, by the names of Hugging Face checkpoints.
public enum DecoderWeights: Sendable {
    /// Llama and Qwen2: every layer one attention and one feed-forward part. They carry adapters.
    case dense(any ModelWeights)
    /// DeepSeek-V3 and R1: latent attention and routed experts. They are measured and speak, without adapters.
    case latent(any DeepseekV3Weights)

    /// What its files call it.
    public var kind: String {
        switch self {
        case .dense(let weights): weights.configuration.architecture.rawValue
        case .latent: "deepseek_v3"
        }
    }

    /// Rows of the token embedding.
    public var vocabularySize: Int {
        switch self {
        case .dense(let weights): weights.configuration.vocabularySize
        case .latent(let weights): weights.configuration.vocabularySize
        }
    }

    public var layerCount: Int {
        switch self {
        case .dense(let weights): weights.configuration.layerCount
        case .latent(let weights): weights.configuration.layerCount
        }
    }

    /// Whether the output projection is the embedding.
    public var isHeadTied: Bool {
        switch self {
        case .dense(let weights): weights.configuration.tieWordEmbeddings
        case .latent(let weights): weights.configuration.tieWordEmbeddings
        }
    }

    /// The names of tensors that play no part in the model.
    public var unusedTensors: [String] {
        switch self {
        case .dense(let weights): weights.unusedTensors
        case .latent(let weights): weights.unusedTensors
        }
    }
}

extension BaseModel {
    /// The weights of a model that carries adapters.
    ///
    /// - Throws: `evaluatedOnly` for the others.
    public var weights: any ModelWeights {
        get throws(ModelFileError) {
            guard case .dense(let weights) = decoder else { throw .evaluatedOnly(kind: decoder.kind) }
            return weights
        }
    }

    /// The configuration of a model that carries adapters.
    ///
    /// - Throws: `evaluatedOnly` for the others.
    public var configuration: ModelConfiguration {
        get throws(ModelFileError) { try weights.configuration }
    }
}
