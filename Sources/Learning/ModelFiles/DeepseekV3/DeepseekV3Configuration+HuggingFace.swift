import JSON

extension DeepseekV3Configuration {
    /// Reads a checkpoint's `config.json` with `model_type` "deepseek_v3".
    public init(huggingFace bytes: FileBytes) throws {
        let json = try bytes.json(format: "config.json")
        guard let kind = json["model_type"]?.string else { throw ModelFileError.missingKey("model_type") }
        guard kind == "deepseek_v3" else { throw ModelFileError.unsupported("model type \(kind), where deepseek_v3 is read") }
        if let activation = json["hidden_act"]?.string, activation != "silu" {
            throw ModelFileError.unsupported("the activation \(activation)")
        }
        if json["attention_bias"]?.bool == true { throw ModelFileError.unsupported("biases in the attention projections") }
        if json["rope_interleave"]?.bool == false { throw ModelFileError.unsupported("rotary pairs that do not lie side by side") }
        try ModelConfiguration.refuseQuantisation(json)
        if let method = json["topk_method"]?.string, method != "noaux_tc" {
            throw ModelFileError.unsupported("a choice of experts by \(method)")
        }
        if let step = json["moe_layer_freq"]?.double, step != 1 {
            throw ModelFileError.unsupported("layers without experts between others (moe_layer_freq \(step))")
        }
        if let method = json["scoring_func"]?.string, method != "sigmoid" { throw ModelFileError.unsupported("expert scores by \(method)") }
        func present(_ key: String) -> JSONValue? { json[key].flatMap { $0.isNull ? nil : $0 } }
        var sizes: [String: Int] = [:]
        for key in Self.requiredSizes {
            guard let value = json[key]?.wholeNumber else { throw ModelFileError.missingKey(key) }
            sizes[key] = value
        }
        if present("q_lora_rank") != nil {
            guard let value = json["q_lora_rank"]?.wholeNumber else { throw ModelFileError.missingKey("q_lora_rank") }
            sizes["q_lora_rank"] = value
        }
        func size(_ key: String) -> Int { sizes[key] ?? 0 }
        let rope = present("rope_parameters")
        let scaling = rope ?? present("rope_scaling")
        let theta = rope?["rope_theta"]?.double ?? json["rope_theta"]?.double ?? 10_000
        let ropeScaling = try RopeScaling.parse(optional: scaling)
        let configuration = DeepseekV3Configuration(
            vocabularySize: size("vocab_size"), hiddenSize: size("hidden_size"),
            intermediateSize: size("intermediate_size"), layerCount: size("num_hidden_layers"),
            denseLayerCount: size("first_k_dense_replace"), headCount: size("num_attention_heads"),
            queryRank: sizes["q_lora_rank"], keyValueRank: size("kv_lora_rank"),
            plainDimension: size("qk_nope_head_dim"), rotaryDimension: size("qk_rope_head_dim"),
            valueDimension: size("v_head_dim"), expertCount: size("n_routed_experts"),
            expertGroupCount: size("n_group"), chosenGroupCount: size("topk_group"),
            chosenExpertCount: size("num_experts_per_tok"), sharedExpertCount: size("n_shared_experts"),
            expertSize: size("moe_intermediate_size"), normalizesExpertWeights: json["norm_topk_prob"]?.bool ?? true,
            expertScale: Float(json["routed_scaling_factor"]?.double ?? 1), rmsNormEpsilon: Float(json["rms_norm_eps"]?.double ?? 1e-6),
            ropeTheta: Float(theta),
            ropeScaling: ropeScaling,
            tieWordEmbeddings: json["tie_word_embeddings"]?.bool ?? false, contextLength: size("max_position_embeddings")
        )
        if let fault = configuration.fault { throw fault }
        self = configuration
    }

    /// The counts and widths without which there is no model.
    private static let requiredSizes = [
        "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "first_k_dense_replace", "num_attention_heads",
        "kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim", "n_routed_experts", "n_group", "topk_group",
        "num_experts_per_tok", "n_shared_experts", "moe_intermediate_size", "max_position_embeddings",
    ]
}
