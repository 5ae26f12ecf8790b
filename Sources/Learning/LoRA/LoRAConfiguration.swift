import ModelFiles

/// The hyperparameters that every node must share for adapters to mean the same thing.
///
/// The effective weight of a module is `W + scale · B · A`, with A `[rank, in]` frozen and B `[out, rank]` learnt.
public struct LoRAConfiguration: Sendable, Equatable {
    /// The projections that may carry an adapter.
    public enum Target: String, Sendable, CaseIterable, Hashable {
        case query = "self_attn.q_proj"
        case key = "self_attn.k_proj"
        case value = "self_attn.v_proj"
        case output = "self_attn.o_proj"
        case gate = "mlp.gate_proj"
        case up = "mlp.up_proj"
        case down = "mlp.down_proj"

        /// The last component of the name, as PEFT's `target_modules` lists it.
        public var shortName: String { String(rawValue[rawValue.index(after: rawValue.lastIndex(of: ".") ?? rawValue.startIndex)...]) }
    }

    /// Rank r of the update.
    public var rank: Int
    /// Numerator α of the scale.
    public var alpha: Int
    /// Probability that training drops an element of the adapter's input. The gate never drops.
    public var dropout: Float
    public var targets: [Target]

    /// The chain's values: r = 8, α = 16, dropout 0.05, all seven projections.
    public static let standard = LoRAConfiguration()

    public init(rank: Int = 8, alpha: Int = 16, dropout: Float = 0.05, targets: [Target] = Target.allCases) {
        self.rank = rank
        self.alpha = alpha
        self.dropout = dropout
        self.targets = targets
    }

    /// α / r, rounded to FP32: 2 for the chain's values.
    public var scale: Float { Float(alpha) / Float(rank) }
}

extension ModelConfiguration {
    /// Input and output width of a projection.
    func dimensions(of target: LoRAConfiguration.Target) -> (input: Int, output: Int) {
        switch target {
        case .query: (hiddenSize, headCount * headDimension)
        case .key, .value: (hiddenSize, keyValueHeadCount * headDimension)
        case .output: (headCount * headDimension, hiddenSize)
        case .gate, .up: (hiddenSize, intermediateSize)
        case .down: (intermediateSize, hiddenSize)
        }
    }
}
