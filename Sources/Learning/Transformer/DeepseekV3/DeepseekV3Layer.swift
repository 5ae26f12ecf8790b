import ModelFiles

/// The frozen parameters of one layer of a DeepSeek-V3 decoder.
struct DeepseekV3Layer {
    /// The three matrices of a gated feed-forward part.
    struct FeedForward {
        let gate, up, down: WeightMatrix
    }

    /// Routed experts and the one that every token passes.
    struct Mixture {
        let router: WeightMatrix
        let bias: FloatBuffer
        let experts: [FeedForward]
        let shared: FeedForward
    }

    enum Part {
        case dense(FeedForward)
        case mixture(Mixture)
    }

    let inputNorm, postAttentionNorm, keyValueNorm: FloatBuffer
    /// The way to the queries: through a latent with its norm, or at once.
    let queryDown: WeightMatrix?
    let queryNorm: FloatBuffer?
    let query: WeightMatrix
    let keyValueDown, keyValue, output: WeightMatrix
    let part: Part
}
