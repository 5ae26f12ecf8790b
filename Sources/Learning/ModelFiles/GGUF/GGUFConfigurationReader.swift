/// Reads a model's configuration from a GGUF file's metadata and tensors.
struct GGUFConfigurationReader {
    let file: GGUFFile

    func configuration() throws(ModelFileError) -> ModelConfiguration {
        guard let name = file.metadata["general.architecture"]?.text else {
            throw .missingKey("general.architecture")
        }
        guard let architecture = ModelConfiguration.Architecture(rawValue: name) else {
            throw .unsupported("architecture \(name)")
        }
        let prefix = architecture.rawValue
        let hiddenSize = try integer("\(prefix).embedding_length")
        let headCount = try integer("\(prefix).attention.head_count")
        guard let embedding = file.tensors["token_embd.weight"] else { throw .missingTensor("token_embd.weight") }
        guard headCount > 0 else {
            throw .malformed(format: "GGUF", reason: "\(prefix).attention.head_count is 0")
        }
        let headDimension = try optionalInteger("\(prefix).attention.key_length") ?? hiddenSize / headCount
        if let valueLength = try optionalInteger("\(prefix).attention.value_length"), valueLength != headDimension {
            throw .unsupported("keys of \(headDimension) and values of \(valueLength) numbers a head")
        }
        if let rotary = try optionalInteger("\(prefix).rope.dimension_count"), rotary != headDimension {
            throw .unsupported("rotary encoding of \(rotary) of \(headDimension) dimensions")
        }
        if let experts = try optionalInteger("\(prefix).expert_count"), experts > 0 {
            throw .unsupported("a mixture of \(experts) experts")
        }
        try checkSettings(prefix)
        if file.metadata["\(prefix).attention.causal"]?.bool == false {
            throw .unsupported("attention that looks ahead (\(prefix).attention.causal)")
        }
        let biases = file.tensors["blk.0.attn_q.bias"] != nil
        return try ModelConfiguration(
            architecture: architecture,
            vocabularySize: embedding.shape[0],
            hiddenSize: hiddenSize,
            intermediateSize: integer("\(prefix).feed_forward_length"),
            layerCount: integer("\(prefix).block_count"),
            headCount: headCount,
            keyValueHeadCount: optionalInteger("\(prefix).attention.head_count_kv") ?? headCount,
            headDimension: headDimension,
            rmsNormEpsilon: float("\(prefix).attention.layer_norm_rms_epsilon"),
            ropeTheta: file.metadata["\(prefix).rope.freq_base"]?.float ?? 10_000,
            ropeScaling: ropeScaling(prefix, headDimension: headDimension),
            tieWordEmbeddings: file.tensors["output.weight"] == nil,
            attentionBias: biases,
            contextLength: integer("\(prefix).context_length")
        ).validated()
    }

    private func ropeScaling(_ prefix: String, headDimension: Int) throws(ModelFileError) -> RopeScaling? {
        if let divisors = file.tensors["rope_freqs.weight"] {
            guard divisors.shape == [headDimension / 2] else {
                throw .wrongShape(tensor: "rope_freqs.weight", expected: [headDimension / 2], actual: divisors.shape)
            }
            let values = file.values(of: divisors)
            guard values.allSatisfy({ $0.isFinite && $0 > 0 }) else {
                throw .malformed(format: "GGUF", reason: "rope_freqs.weight holds a divisor that is not positive")
            }
            guard file.metadata["\(prefix).rope.scaling.type"]?.text ?? "none" == "none", try factor(prefix) == 1 else {
                throw .unsupported("rope_freqs.weight together with \(prefix).rope.scaling")
            }
            return .divisors(values)
        }
        switch file.metadata["\(prefix).rope.scaling.type"]?.text {
        case "none": break
        // llama.cpp divides by the factor also where no type is given.
        case nil, "linear":
            let factor = try factor(prefix)
            guard factor != 1 else { return nil }
            guard factor.isFinite, factor > 0 else {
                throw .malformed(format: "GGUF", reason: "\(prefix).rope.scaling.factor is not positive")
            }
            return .linear(factor: factor)
        case "yarn":
            let factor = try float("\(prefix).rope.scaling.factor")
            let original = try integer("\(prefix).rope.scaling.original_context_length")
            guard factor.isFinite, factor > 0, (1...(1 << 30)).contains(original) else {
                throw .malformed(format: "GGUF", reason: "\(prefix).rope.scaling has no positive factor or context length")
            }
            func optional(_ key: String) -> Float? { file.metadata["\(prefix).rope.scaling.\(key)"]?.float }
            return .yarn(
                YarnScaling(
                    factor: factor, originalContextLength: original, betaFast: optional("yarn_beta_fast") ?? 32,
                    betaSlow: optional("yarn_beta_slow") ?? 1))
        case .some(let other): throw .unsupported("RoPE scaling of type \(other)")
        }
        return nil
    }

    /// What the rotary frequencies are divided by, under its name or its old one; 1 where nothing is said.
    private func factor(_ prefix: String) throws(ModelFileError) -> Float {
        for key in ["\(prefix).rope.scaling.factor", "\(prefix).rope.scale_linear"] where file.metadata[key] != nil {
            let factor = try float(key)
            if factor != 0 { return factor }
        }
        return 1
    }

    /// Refuses settings of the architecture that are neither applied nor known to be without effect: what llama.cpp may
    /// apply is never read over. A zero, false or an empty text says that nothing is to be applied.
    private func checkSettings(_ prefix: String) throws(ModelFileError) {
        for key in file.metadata.keys.sorted() where key.hasPrefix("\(prefix).") {
            guard !Self.settings.contains(String(key.dropFirst(prefix.utf8.count + 1))), let value = file.metadata[key] else { continue }
            switch value {
            case .unsigned(0), .signed(0), .float(0), .bool(false): continue
            case .string(let text) where text.isEmpty: continue
            default: throw .unsupported("the setting \(key), which this program does not apply")
            }
        }
    }

    /// Settings that are applied, and after them those that change nothing.
    private static let settings: Set<String> = [
        "embedding_length", "attention.head_count", "attention.head_count_kv", "attention.key_length", "attention.value_length",
        "rope.dimension_count", "expert_count", "feed_forward_length", "block_count", "attention.layer_norm_rms_epsilon",
        "rope.freq_base", "rope.scaling.type", "rope.scaling.factor", "rope.scale_linear", "rope.scaling.original_context_length",
        "rope.scaling.yarn_beta_fast", "rope.scaling.yarn_beta_slow", "context_length",
        "vocab_size", "rope.scaling.finetuned", "tensor_data_layout", "expert_used_count", "attention.layer_norm_epsilon",
        "attention.group_norm_epsilon", "pooling_type", "attention.causal",
    ]

    private func integer(_ key: String) throws(ModelFileError) -> Int {
        guard let value = try optionalInteger(key) else { throw .missingKey(key) }
        return value
    }

    private func optionalInteger(_ key: String) throws(ModelFileError) -> Int? {
        guard let value = file.metadata[key] else { return nil }
        guard let integer = value.integer else { throw .missingKey(key) }
        return integer
    }

    private func float(_ key: String) throws(ModelFileError) -> Float {
        guard let value = file.metadata[key]?.float else { throw .missingKey(key) }
        return value
    }
}
