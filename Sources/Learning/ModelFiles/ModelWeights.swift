/// A model's parameters by their Hugging Face names, whatever file they come from.
///
/// Names are those of transformers' Llama and Qwen2 checkpoints: `model.embed_tokens.weight`
/// `[vocabulary, hidden]`, `model.layers.N.self_attn.q_proj.weight` (and `.bias` for Qwen2), `k_proj`, `v_proj`,
/// `o_proj`, `model.layers.N.mlp.gate_proj.weight`, `up_proj`, `down_proj`,
/// `model.layers.N.input_layernorm.weight`, `model.layers.N.post_attention_layernorm.weight`,
/// `model.norm.weight` and, unless the embeddings are tied, `lm_head.weight`. Projections are `[out, in]`,
/// row-major, and rotary halves are laid out as transformers does (first half, second half).
public protocol ModelWeights: Sendable {
    var configuration: ModelConfiguration { get }
    /// The dimensions of the tensor, outermost first, or `nil` when the model has none of this name.
    func shape(of name: String) -> [Int]?
    /// The tensor's values in row-major order, converted exactly to FP32.
    func tensor(_ name: String) throws(ModelFileError) -> [Float]
    /// The tensor in its file's encoding, or `nil` where only its values are to be had. Its values are those of
    /// ``tensor(_:)``, bit for bit.
    func encoded(_ name: String) -> EncodedTensor?
    /// The names, in the file, of tensors that play no part in the model.
    var unusedTensors: [String] { get }
}

extension ModelWeights {
    public func encoded(_ name: String) -> EncodedTensor? { nil }
    public var unusedTensors: [String] { [] }
}
