extension DeepseekV3Configuration {
    /// Reads a checkpoint's `config.json` with `model_type` "deepseek_v3".
    public init(huggingFace bytes: FileBytes) throws(ModelFileError) {
        let json: StrictJSON
        do {
            json = try bytes.withUnsafeBytes { (buffer) throws(StrictJSONError) in try StrictJSON(parsing: buffer) }
        } catch {
            throw .malformed(format: "config.json", reason: error.description)
        }
        guard let kind = json["model_type"]?.string else { throw .missingKey("model_type") }
        guard kind == "deepseek_v3" else { throw .unsupported("model type \(kind), where deepseek_v3 is read") }
        if let activation = json["hidden_act"]?.string, activation != "silu" { throw .unsupported("the activation \(activation)") }
        if json["attention_bias"]?.bool == true { throw .unsupported("biases in the attention projections") }
        if json["rope_interleave"]?.bool == false { throw .unsupported("rotary pairs that do not lie side by side") }
        if let method = json["scoring_func"]?.string, method != "sigmoid" { throw .unsupported("expert scores by \(method)") }
        func present(_ key: String) -> StrictJSON? { json[key].flatMap { $0.isNull ? nil : $0 } }
        func integer(_ key: String) throws(ModelFileError) -> Int {
            guard let value = json[key]?.integer else { throw .missingKey(key) }
            return value
        }
        let rope = present("rope_parameters")
        let scaling = rope ?? present("rope_scaling")
        let theta = rope?["rope_theta"]?.number ?? json["rope_theta"]?.number ?? 10_000
        self = try DeepseekV3Configuration(
            vocabularySize: integer("vocab_size"), hiddenSize: integer("hidden_size"),
            intermediateSize: integer("intermediate_size"), layerCount: integer("num_hidden_layers"),
            denseLayerCount: integer("first_k_dense_replace"), headCount: integer("num_attention_heads"),
            queryRank: present("q_lora_rank") == nil ? nil : integer("q_lora_rank"), keyValueRank: integer("kv_lora_rank"),
            plainDimension: integer("qk_nope_head_dim"), rotaryDimension: integer("qk_rope_head_dim"),
            valueDimension: integer("v_head_dim"), expertCount: integer("n_routed_experts"),
            expertGroupCount: integer("n_group"), chosenGroupCount: integer("topk_group"),
            chosenExpertCount: integer("num_experts_per_tok"), sharedExpertCount: integer("n_shared_experts"),
            expertSize: integer("moe_intermediate_size"), normalizesExpertWeights: json["norm_topk_prob"]?.bool ?? true,
            expertScale: Float(json["routed_scaling_factor"]?.number ?? 1), rmsNormEpsilon: Float(json["rms_norm_eps"]?.number ?? 1e-6),
            ropeTheta: Float(theta),
            ropeScaling: scaling.map { (json) throws(ModelFileError) in try RopeScaling.parse(json) } ?? nil,
            tieWordEmbeddings: json["tie_word_embeddings"]?.bool ?? false, contextLength: integer("max_position_embeddings")
        ).validated()
    }
}
