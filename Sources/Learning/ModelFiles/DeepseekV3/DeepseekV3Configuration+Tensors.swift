extension DeepseekV3Configuration {
    /// Every tensor of the model with its shape, layer by layer.
    public var tensorShapes: [(name: String, shape: [Int])] {
        var shapes: [(name: String, shape: [Int])] = [
            (TensorNames.embedding, [vocabularySize, hiddenSize]), ("model.norm.weight", [hiddenSize]),
        ]
        if !tieWordEmbeddings { shapes.append((TensorNames.output, [vocabularySize, hiddenSize])) }
        for layer in 0..<layerCount {
            let prefix = "model.layers.\(layer)."
            shapes += [
                (prefix + "input_layernorm.weight", [hiddenSize]), (prefix + "post_attention_layernorm.weight", [hiddenSize]),
            ]
            shapes += attention(prefix + "self_attn.")
            shapes += layer < denseLayerCount ? feedForward(prefix + "mlp.", intermediateSize) : mixture(prefix + "mlp.")
        }
        return shapes
    }

    private func attention(_ prefix: String) -> [(name: String, shape: [Int])] {
        let queries = headCount * queryDimension
        var shapes: [(name: String, shape: [Int])] = [
            (prefix + "kv_a_proj_with_mqa.weight", [keyValueRank + rotaryDimension, hiddenSize]),
            (prefix + "kv_a_layernorm.weight", [keyValueRank]),
            (prefix + "kv_b_proj.weight", [headCount * (plainDimension + valueDimension), keyValueRank]),
            (prefix + "o_proj.weight", [hiddenSize, headCount * valueDimension]),
        ]
        if let queryRank {
            shapes += [
                (prefix + "q_a_proj.weight", [queryRank, hiddenSize]), (prefix + "q_a_layernorm.weight", [queryRank]),
                (prefix + "q_b_proj.weight", [queries, queryRank]),
            ]
        } else {
            shapes.append((prefix + "q_proj.weight", [queries, hiddenSize]))
        }
        return shapes
    }

    private func feedForward(_ prefix: String, _ width: Int) -> [(name: String, shape: [Int])] {
        [
            (prefix + "gate_proj.weight", [width, hiddenSize]), (prefix + "up_proj.weight", [width, hiddenSize]),
            (prefix + "down_proj.weight", [hiddenSize, width]),
        ]
    }

    private func mixture(_ prefix: String) -> [(name: String, shape: [Int])] {
        var shapes: [(name: String, shape: [Int])] = [
            (prefix + "gate.weight", [expertCount, hiddenSize]), (prefix + "gate.e_score_correction_bias", [expertCount]),
        ]
        for expert in 0..<expertCount { shapes += feedForward("\(prefix)experts.\(expert).", expertSize) }
        return shapes + feedForward(prefix + "shared_experts.", expertSize * sharedExpertCount)
    }
}
