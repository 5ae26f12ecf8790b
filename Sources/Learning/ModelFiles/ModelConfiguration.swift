/// The shape and constants of a decoder-only transformer, read from a model file.
public struct ModelConfiguration: Sendable, Equatable {
    /// The families of decoder this engine runs.
    public enum Architecture: String, Sendable, CaseIterable {
        /// Llama: RMSNorm, rotary attention with grouped keys and values, SwiGLU.
        case llama
        /// Qwen2: as Llama, with biases on the query, key and value projections.
        case qwen2
    }

    public var architecture: Architecture
    /// Rows of the token embedding.
    public var vocabularySize: Int
    /// Width of the residual stream.
    public var hiddenSize: Int
    /// Width of the feed-forward layer.
    public var intermediateSize: Int
    public var layerCount: Int
    /// Query heads.
    public var headCount: Int
    /// Key and value heads; divides `headCount`.
    public var keyValueHeadCount: Int
    /// Width of one head; `headCount * headDimension` is the width of the query projection.
    public var headDimension: Int
    public var rmsNormEpsilon: Float
    /// Base of the rotary frequencies.
    public var ropeTheta: Float
    /// How the rotary frequencies are stretched for long contexts, if at all.
    public var ropeScaling: RopeScaling?
    /// Whether the output projection is the token embedding.
    public var tieWordEmbeddings: Bool
    /// Whether the query, key and value projections add a bias.
    public var attentionBias: Bool
    /// The longest sequence, in tokens, the model was trained for.
    public var contextLength: Int

    public init(
        architecture: Architecture, vocabularySize: Int, hiddenSize: Int, intermediateSize: Int, layerCount: Int,
        headCount: Int, keyValueHeadCount: Int, headDimension: Int, rmsNormEpsilon: Float, ropeTheta: Float,
        ropeScaling: RopeScaling? = nil, tieWordEmbeddings: Bool, attentionBias: Bool, contextLength: Int
    ) {
        self.architecture = architecture
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.intermediateSize = intermediateSize
        self.layerCount = layerCount
        self.headCount = headCount
        self.keyValueHeadCount = keyValueHeadCount
        self.headDimension = headDimension
        self.rmsNormEpsilon = rmsNormEpsilon
        self.ropeTheta = ropeTheta
        self.ropeScaling = ropeScaling
        self.tieWordEmbeddings = tieWordEmbeddings
        self.attentionBias = attentionBias
        self.contextLength = contextLength
    }
}
