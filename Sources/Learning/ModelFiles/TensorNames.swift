/// The tensors a configuration calls for, by their Hugging Face names.
enum TensorNames {
    /// A parameter of one decoder layer: its name in a Hugging Face checkpoint and in a GGUF file.
    struct LayerTensor: Sendable {
        let name: String
        let ggufName: String
        let shape: @Sendable (ModelConfiguration) -> [Int]
        var isBias = false
    }

    static let embedding = "model.embed_tokens.weight"
    static let finalNorm = "model.norm.weight"
    static let output = "lm_head.weight"

    static let layer: [LayerTensor] = [
        LayerTensor(name: "input_layernorm.weight", ggufName: "attn_norm.weight") { [$0.hiddenSize] },
        LayerTensor(name: "self_attn.q_proj.weight", ggufName: "attn_q.weight") { [$0.queryWidth, $0.hiddenSize] },
        LayerTensor(name: "self_attn.k_proj.weight", ggufName: "attn_k.weight") { [$0.keyValueWidth, $0.hiddenSize] },
        LayerTensor(name: "self_attn.v_proj.weight", ggufName: "attn_v.weight") { [$0.keyValueWidth, $0.hiddenSize] },
        LayerTensor(name: "self_attn.o_proj.weight", ggufName: "attn_output.weight") { [$0.hiddenSize, $0.queryWidth] },
        LayerTensor(name: "self_attn.q_proj.bias", ggufName: "attn_q.bias", shape: { [$0.queryWidth] }, isBias: true),
        LayerTensor(name: "self_attn.k_proj.bias", ggufName: "attn_k.bias", shape: { [$0.keyValueWidth] }, isBias: true),
        LayerTensor(name: "self_attn.v_proj.bias", ggufName: "attn_v.bias", shape: { [$0.keyValueWidth] }, isBias: true),
        LayerTensor(name: "post_attention_layernorm.weight", ggufName: "ffn_norm.weight") { [$0.hiddenSize] },
        LayerTensor(name: "mlp.gate_proj.weight", ggufName: "ffn_gate.weight") { [$0.intermediateSize, $0.hiddenSize] },
        LayerTensor(name: "mlp.up_proj.weight", ggufName: "ffn_up.weight") { [$0.intermediateSize, $0.hiddenSize] },
        LayerTensor(name: "mlp.down_proj.weight", ggufName: "ffn_down.weight") { [$0.hiddenSize, $0.intermediateSize] },
    ]

    /// Every tensor of a model of this configuration with its shape, and the name a GGUF file gives it.
    static func all(_ configuration: ModelConfiguration) -> [(name: String, ggufName: String, shape: [Int])] {
        var result = [
            (embedding, "token_embd.weight", [configuration.vocabularySize, configuration.hiddenSize]),
            (finalNorm, "output_norm.weight", [configuration.hiddenSize]),
        ]
        if !configuration.tieWordEmbeddings {
            result.append((output, "output.weight", [configuration.vocabularySize, configuration.hiddenSize]))
        }
        for index in 0..<configuration.layerCount {
            for tensor in layer where !tensor.isBias || configuration.attentionBias {
                result.append(
                    ("model.layers.\(index).\(tensor.name)", "blk.\(index).\(tensor.ggufName)", tensor.shape(configuration)))
            }
        }
        return result
    }
}

extension ModelConfiguration {
    /// Width of the query projection.
    public var queryWidth: Int { headCount * headDimension }
    /// Width of the key and of the value projection.
    public var keyValueWidth: Int { keyValueHeadCount * headDimension }

    /// Names and shapes of every tensor a model of this configuration has.
    public var tensorShapes: [(name: String, shape: [Int])] {
        TensorNames.all(self).map { ($0.name, $0.shape) }
    }

    /// Refuses sizes that are not positive, do not fit each other, or are beyond any real model, so that later
    /// arithmetic on them cannot overflow.
    func validated() throws(ModelFileError) -> Self {
        let sizes = [
            ("vocabulary size", vocabularySize, 1 << 24), ("hidden size", hiddenSize, 1 << 20),
            ("intermediate size", intermediateSize, 1 << 22), ("number of layers", layerCount, 1 << 12),
            ("number of heads", headCount, 1 << 14), ("number of key-value heads", keyValueHeadCount, 1 << 14),
            ("head dimension", headDimension, 1 << 14), ("context length", contextLength, 1 << 30),
        ]
        for (name, value, limit) in sizes where value < 1 || value > limit {
            throw .malformed(format: "model configuration", reason: "the \(name) is \(value), not 1 to \(limit)")
        }
        guard headCount % keyValueHeadCount == 0 else {
            throw .malformed(
                format: "model configuration",
                reason: "\(headCount) query heads are no multiple of \(keyValueHeadCount) key-value heads")
        }
        guard headDimension % 2 == 0 else {
            throw .malformed(format: "model configuration", reason: "the head dimension \(headDimension) is odd")
        }
        guard rmsNormEpsilon.isFinite, rmsNormEpsilon > 0, ropeTheta.isFinite, ropeTheta > 0 else {
            throw .malformed(
                format: "model configuration",
                reason: "RMSNorm epsilon \(rmsNormEpsilon) and RoPE base \(ropeTheta) must be positive")
        }
        return self
    }
}
