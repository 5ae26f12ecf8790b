import JSON

extension ModelConfiguration {
    /// Reads a checkpoint's `config.json`, as written by transformers 4 (`rope_theta`, `rope_scaling`) or 5
    /// (`rope_parameters`).
    public init(huggingFace bytes: FileBytes) throws(ModelFileError) {
        let json = try bytes.json(format: "config.json")
        guard let kind = json["model_type"]?.string else { throw .missingKey("model_type") }
        guard let architecture = Architecture(rawValue: kind) else { throw .unsupported("model type \(kind)") }
        func integer(_ key: String) throws(ModelFileError) -> Int {
            guard let value = json[key]?.wholeNumber else { throw .missingKey(key) }
            return value
        }
        func flag(_ key: String) -> Bool { json[key]?.bool ?? false }

        if let activation = json["hidden_act"]?.string, activation != "silu" {
            throw .unsupported("the activation \(activation)")
        }
        if flag("mlp_bias") { throw .unsupported("biases in the feed-forward layers") }
        if architecture == .llama, flag("attention_bias") {
            throw .unsupported("biases in all attention projections")
        }
        if flag("use_sliding_window") { throw .unsupported("sliding-window attention") }
        if let kinds = json["layer_types"]?.array, kinds.contains(where: { $0.string != "full_attention" }) {
            throw .unsupported("layer_types other than full_attention")
        }
        try Self.refuseQuantisation(json)
        for place in [json, json["rope_parameters"], json["rope_scaling"]].compactMap(\.self) {
            if let part = place["partial_rotary_factor"]?.double, part != 1 {
                throw .unsupported("rotary encoding of a part of each head (partial_rotary_factor \(part))")
            }
        }
        for key in ["attention_multiplier", "embedding_multiplier", "residual_multiplier", "logits_scaling", "final_logit_softcapping"] {
            if let value = json[key]?.double, value != 1 { throw .unsupported("the setting \(key)") }
        }
        let hiddenSize = try integer("hidden_size")
        let headCount = try integer("num_attention_heads")
        guard headCount > 0 else {
            throw .malformed(format: "config.json", reason: "num_attention_heads is \(headCount)")
        }
        let rope = json["rope_parameters"].flatMap { $0.isNull ? nil : $0 }
        let scaling = rope ?? json["rope_scaling"].flatMap { $0.isNull ? nil : $0 }
        let theta = rope?["rope_theta"]?.double ?? json["rope_theta"]?.double ?? 10_000
        self = try ModelConfiguration(
            architecture: architecture,
            vocabularySize: integer("vocab_size"),
            hiddenSize: hiddenSize,
            intermediateSize: integer("intermediate_size"),
            layerCount: integer("num_hidden_layers"),
            headCount: headCount,
            keyValueHeadCount: json["num_key_value_heads"]?.wholeNumber ?? headCount,
            headDimension: json["head_dim"]?.wholeNumber ?? hiddenSize / headCount,
            rmsNormEpsilon: Float(json["rms_norm_eps"]?.double ?? 1e-6),
            ropeTheta: Float(theta),
            ropeScaling: RopeScaling.parse(optional: scaling),
            tieWordEmbeddings: flag("tie_word_embeddings"),
            attentionBias: architecture == .qwen2,
            contextLength: integer("max_position_embeddings")
        ).validated()
    }

    /// Throws where a `config.json` says that the tensors are not the weights themselves.
    static func refuseQuantisation(_ json: JSONValue) throws(ModelFileError) {
        for key in ["quantization_config", "compression_config"] {
            guard let quantisation = json[key], !quantisation.isNull else { continue }
            let method = quantisation["quant_method"]?.string ?? "one without a name"
            throw .unsupported("the quantisation \(method) (\(key)); take the model's unquantised safetensors")
        }
    }
}

extension RopeScaling {
    /// `nil` for an absent object.
    static func parse(optional json: JSONValue?) throws(ModelFileError) -> RopeScaling? {
        guard let json else { return nil }
        return try parse(json)
    }

    private static func yarn(_ json: JSONValue, originalContextLength: Int) throws(ModelFileError) -> YarnScaling {
        let keys = ["factor", "beta_fast", "beta_slow", "attention_factor", "mscale", "mscale_all_dim"]
        var given: [String: Float] = [:]
        for key in keys {
            guard let value = json[key], !value.isNull else { continue }
            guard let number = value.double, number.isFinite, number > 0 else { throw .missingKey("rope_scaling.\(key)") }
            given[key] = Float(number)
        }
        guard let factor = given["factor"] else { throw .missingKey("rope_scaling.factor") }
        return YarnScaling(
            factor: factor, originalContextLength: originalContextLength, betaFast: given["beta_fast"] ?? 32,
            betaSlow: given["beta_slow"] ?? 1, attentionFactor: given["attention_factor"], mscale: given["mscale"] ?? 0,
            mscaleAllDimensions: given["mscale_all_dim"] ?? 0, truncates: json["truncate"]?.bool ?? true)
    }

    /// Reads `rope_scaling` or `rope_parameters` of a `config.json`.
    static func parse(_ json: JSONValue) throws(ModelFileError) -> RopeScaling? {
        func positive(_ key: String) throws(ModelFileError) -> Float {
            guard let value = json[key]?.double, value.isFinite, value > 0 else {
                throw .missingKey("rope_scaling.\(key)")
            }
            return Float(value)
        }
        switch (json["rope_type"] ?? json["type"])?.string {
        case nil, "default": return nil
        case "linear": return .linear(factor: try positive("factor"))
        case "llama3":
            guard let original = json["original_max_position_embeddings"]?.wholeNumber, original > 0 else {
                throw .missingKey("rope_scaling.original_max_position_embeddings")
            }
            return .llama3(
                factor: try positive("factor"), lowFrequencyFactor: try positive("low_freq_factor"),
                highFrequencyFactor: try positive("high_freq_factor"), originalContextLength: original)
        case "yarn":
            guard let original = json["original_max_position_embeddings"]?.wholeNumber, (1...(1 << 30)).contains(original) else {
                throw .missingKey("rope_scaling.original_max_position_embeddings")
            }
            return .yarn(try yarn(json, originalContextLength: original))
        case .some(let other): throw .unsupported("RoPE scaling of type \(other)")
        }
    }
}
