/// A DeepSeek-V3 model's parameters by the names of Hugging Face checkpoints, whatever file they come from.
///
/// In layer N, after `model.layers.N.`: `input_layernorm.weight`, `post_attention_layernorm.weight`; under `self_attn.`
/// `q_a_proj.weight` `[queryRank, hidden]`, `q_a_layernorm.weight`, `q_b_proj.weight` `[heads · queryDimension, queryRank]`
/// (or `q_proj.weight`), `kv_a_proj_with_mqa.weight` `[keyValueRank + rotaryDimension, hidden]`, `kv_a_layernorm.weight`,
/// `kv_b_proj.weight` `[heads · (plainDimension + valueDimension), keyValueRank]`, `o_proj.weight`; under `mlp.`
/// `gate_proj`, `up_proj` and `down_proj` of a dense layer, otherwise `gate.weight` `[experts, hidden]`,
/// `gate.e_score_correction_bias`, `experts.E.` and `shared_experts.` with the three projections.
public protocol DeepseekV3Weights: Sendable {
    var configuration: DeepseekV3Configuration { get }
    /// The dimensions of the tensor, outermost first, or `nil` when the model has none of this name.
    func shape(of name: String) -> [Int]?
    /// The tensor's values in row-major order, converted exactly to FP32.
    func tensor(_ name: String) throws(ModelFileError) -> [Float]
    /// The names of tensors that play no part in the model.
    var unusedTensors: [String] { get }
}

extension DeepseekV3Weights {
    public var unusedTensors: [String] { [] }
}
