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
        let biases = file.tensors["blk.0.attn_q.bias"] != nil
        for name in ["blk.0.attn_output.bias", "blk.0.ffn_gate.bias"] where file.tensors[name] != nil {
            throw .unsupported("the bias \(name)")
        }
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
            return .divisors(values)
        }
        switch file.metadata["\(prefix).rope.scaling.type"]?.text {
        case nil, "none": break
        case "linear":
            let factor = try float("\(prefix).rope.scaling.factor")
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
            return .yarn(YarnScaling(factor: factor, originalContextLength: original))
        case .some(let other): throw .unsupported("RoPE scaling of type \(other)")
        }
        return nil
    }

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
