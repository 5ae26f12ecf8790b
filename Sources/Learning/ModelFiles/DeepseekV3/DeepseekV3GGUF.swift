/// The weights of a DeepSeek-V3 model in a GGUF file of architecture `deepseek2`.
///
/// A layer's experts are one tensor there, outermost dimension first the expert. Files whose `attn_kv_b` was split for
/// llama.cpp's latent cache (`attn_k_b`, `attn_v_b`) are refused.
public struct DeepseekV3GGUF: DeepseekV3Weights {
    public let file: GGUFFile
    public let configuration: DeepseekV3Configuration
    public let unusedTensors: [String]

    public init(_ file: GGUFFile) throws(ModelFileError) {
        self.file = file
        let configuration = try Self.configuration(file)
        self.configuration = configuration
        unusedTensors = try file.unusedTensors(
            known: configuration.tensorShapes.compactMap { Self.place($0.name)?.name }, layerCount: configuration.layerCount)
    }

    public func shape(of name: String) -> [Int]? {
        guard let place = Self.place(name), let tensor = file.tensors[place.name] else { return nil }
        return place.expert == nil ? tensor.shape : Array(tensor.shape.dropFirst())
    }

    public func tensor(_ name: String) throws(ModelFileError) -> [Float] {
        guard let place = Self.place(name), let tensor = file.tensors[place.name] else { throw .missingTensor(name) }
        let values = file.values(of: tensor)
        guard let expert = place.expert else { return values }
        guard tensor.shape.count == 3, expert < tensor.shape[0] else { throw .missingTensor(name) }
        let size = values.count / tensor.shape[0]
        return Array(values[expert * size..<(expert + 1) * size])
    }

    private static let layerNames = [
        "input_layernorm.weight": "attn_norm.weight", "post_attention_layernorm.weight": "ffn_norm.weight",
        "self_attn.q_proj.weight": "attn_q.weight", "self_attn.q_a_proj.weight": "attn_q_a.weight",
        "self_attn.q_a_layernorm.weight": "attn_q_a_norm.weight", "self_attn.q_b_proj.weight": "attn_q_b.weight",
        "self_attn.kv_a_proj_with_mqa.weight": "attn_kv_a_mqa.weight", "self_attn.kv_a_layernorm.weight": "attn_kv_a_norm.weight",
        "self_attn.kv_b_proj.weight": "attn_kv_b.weight", "self_attn.o_proj.weight": "attn_output.weight",
        "mlp.gate_proj.weight": "ffn_gate.weight", "mlp.up_proj.weight": "ffn_up.weight", "mlp.down_proj.weight": "ffn_down.weight",
        "mlp.gate.weight": "ffn_gate_inp.weight", "mlp.gate.e_score_correction_bias": "exp_probs_b.bias",
        "mlp.shared_experts.gate_proj.weight": "ffn_gate_shexp.weight", "mlp.shared_experts.up_proj.weight": "ffn_up_shexp.weight",
        "mlp.shared_experts.down_proj.weight": "ffn_down_shexp.weight", "mlp.experts.gate_proj.weight": "ffn_gate_exps.weight",
        "mlp.experts.up_proj.weight": "ffn_up_exps.weight", "mlp.experts.down_proj.weight": "ffn_down_exps.weight",
    ]

    /// The GGUF tensor that holds a Hugging Face one, and which part of its outermost dimension.
    private static func place(_ name: String) -> (name: String, expert: Int?)? {
        switch name {
        case "model.embed_tokens.weight": return ("token_embd.weight", nil)
        case "model.norm.weight": return ("output_norm.weight", nil)
        case "lm_head.weight": return ("output.weight", nil)
        default: break
        }
        var parts = name.split(separator: ".").map(String.init)
        guard parts.count > 3, parts[0] == "model", parts[1] == "layers", let layer = Int(parts[2]) else { return nil }
        parts.removeFirst(3)
        var expert: Int?
        if parts.count == 5, parts[0] == "mlp", parts[1] == "experts" {
            expert = Int(parts[2])
            guard expert.map({ $0 >= 0 }) == true else { return nil }
            parts.remove(at: 2)
        }
        return layerNames[parts.joined(separator: ".")].map { ("blk.\(layer).\($0)", expert) }
    }

    private static func configuration(_ file: GGUFFile) throws(ModelFileError) -> DeepseekV3Configuration {
        guard file.metadata["general.architecture"]?.text == "deepseek2" else {
            throw .unsupported("architecture \(file.metadata["general.architecture"]?.text ?? "without a name"), where deepseek2 is read")
        }
        func value(_ key: String) -> GGUFValue? { file.metadata["deepseek2.\(key)"] }
        func integer(_ key: String) throws(ModelFileError) -> Int {
            guard let number = value(key)?.integer else { throw .missingKey("deepseek2.\(key)") }
            return number
        }
        func float(_ key: String) throws(ModelFileError) -> Float {
            guard let number = value(key)?.float else { throw .missingKey("deepseek2.\(key)") }
            return number
        }
        // 2 stands for the sigmoid of V3; V2 takes a softmax.
        guard try integer("expert_gating_func") == 2 else { throw .unsupported("expert scores that are no sigmoids (DeepSeek-V2)") }
        guard file.tensors["blk.0.attn_k_b.weight"] == nil else { throw .unsupported("a GGUF file whose attn_kv_b is split in two") }
        guard let embedding = file.tensors["token_embd.weight"] else { throw .missingTensor("token_embd.weight") }
        let rotary = try integer("rope.dimension_count")
        let (plain, overflow) = try integer("attention.key_length").subtractingReportingOverflow(rotary)
        guard !overflow else { throw .missingKey("deepseek2.attention.key_length") }
        var scaling: RopeScaling?
        switch value("rope.scaling.type")?.text {
        case nil, "none": break
        case "yarn":
            let growth = 10 * (value("rope.scaling.yarn_log_multiplier")?.float ?? 0)
            let factor = try float("rope.scaling.factor")
            guard factor.isFinite, factor > 0, growth.isFinite, growth >= 0 else {
                throw .malformed(format: "GGUF", reason: "deepseek2.rope.scaling has no positive factor")
            }
            scaling = .yarn(
                YarnScaling(
                    factor: factor, originalContextLength: try integer("rope.scaling.original_context_length"),
                    mscale: growth, mscaleAllDimensions: growth))
        case .some(let other): throw .unsupported("RoPE scaling of type \(other)")
        }
        let configuration = try DeepseekV3Configuration(
            vocabularySize: embedding.shape[0], hiddenSize: integer("embedding_length"),
            intermediateSize: integer("feed_forward_length"), layerCount: integer("block_count"),
            denseLayerCount: integer("leading_dense_block_count"), headCount: integer("attention.head_count"),
            queryRank: value("attention.q_lora_rank")?.integer, keyValueRank: integer("attention.kv_lora_rank"),
            plainDimension: plain, rotaryDimension: rotary, valueDimension: integer("attention.value_length"),
            expertCount: integer("expert_count"), expertGroupCount: value("expert_group_count")?.integer ?? 8,
            chosenGroupCount: value("expert_group_used_count")?.integer ?? 4, chosenExpertCount: integer("expert_used_count"),
            sharedExpertCount: integer("expert_shared_count"), expertSize: integer("expert_feed_forward_length"),
            normalizesExpertWeights: value("expert_weights_norm")?.bool ?? true, expertScale: float("expert_weights_scale"),
            rmsNormEpsilon: float("attention.layer_norm_rms_epsilon"), ropeTheta: value("rope.freq_base")?.float ?? 10_000,
            ropeScaling: scaling, tieWordEmbeddings: file.tensors["output.weight"] == nil, contextLength: integer("context_length")
        )
        if let fault = configuration.fault { throw fault }
        return configuration
    }
}
