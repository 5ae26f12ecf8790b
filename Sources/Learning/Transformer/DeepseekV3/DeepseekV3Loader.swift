import ModelFiles

/// Reads a DeepSeek-V3 model's tensors, checks their shapes and packs them.
struct DeepseekV3Loader<Weights: DeepseekV3Weights> {
    let weights: Weights
    let context: ComputeContext

    func layer(_ index: Int) throws(TransformerError) -> DeepseekV3Layer {
        let c = weights.configuration
        let prefix = "model.layers.\(index)."
        let attention = prefix + "self_attn."
        let queries = c.headCount * c.queryDimension
        let part: DeepseekV3Layer.Part
        if index < c.denseLayerCount {
            part = .dense(try feedForward(prefix + "mlp.", c.intermediateSize))
        } else {
            var experts: [DeepseekV3Layer.FeedForward] = []
            for expert in 0..<c.expertCount { experts.append(try feedForward("\(prefix)mlp.experts.\(expert).", c.expertSize)) }
            part = .mixture(
                DeepseekV3Layer.Mixture(
                    router: try matrix(prefix + "mlp.gate.weight", c.expertCount, c.hiddenSize),
                    bias: try vector(prefix + "mlp.gate.e_score_correction_bias", c.expertCount), experts: experts,
                    shared: try feedForward(prefix + "mlp.shared_experts.", c.expertSize * c.sharedExpertCount)))
        }
        let down: (WeightMatrix, FloatBuffer)?
        let query: WeightMatrix
        if let rank = c.queryRank {
            down = (try matrix(attention + "q_a_proj.weight", rank, c.hiddenSize), try vector(attention + "q_a_layernorm.weight", rank))
            query = try matrix(attention + "q_b_proj.weight", queries, rank)
        } else {
            down = nil
            query = try matrix(attention + "q_proj.weight", queries, c.hiddenSize)
        }
        return DeepseekV3Layer(
            inputNorm: try vector(prefix + "input_layernorm.weight", c.hiddenSize),
            postAttentionNorm: try vector(prefix + "post_attention_layernorm.weight", c.hiddenSize),
            keyValueNorm: try vector(attention + "kv_a_layernorm.weight", c.keyValueRank), queryDown: down?.0, queryNorm: down?.1,
            query: query,
            keyValueDown: try matrix(attention + "kv_a_proj_with_mqa.weight", c.keyValueRank + c.rotaryDimension, c.hiddenSize),
            keyValue: try matrix(attention + "kv_b_proj.weight", c.headCount * (c.plainDimension + c.valueDimension), c.keyValueRank),
            output: try matrix(attention + "o_proj.weight", c.hiddenSize, c.headCount * c.valueDimension), part: part)
    }

    private func feedForward(_ prefix: String, _ width: Int) throws(TransformerError) -> DeepseekV3Layer.FeedForward {
        let hidden = weights.configuration.hiddenSize
        return DeepseekV3Layer.FeedForward(
            gate: try matrix(prefix + "gate_proj.weight", width, hidden), up: try matrix(prefix + "up_proj.weight", width, hidden),
            down: try matrix(prefix + "down_proj.weight", hidden, width))
    }

    func matrix(_ name: String, _ rows: Int, _ columns: Int) throws(TransformerError) -> WeightMatrix {
        let matrix = WeightMatrix(try values(name, [rows, columns]), rows: rows, columns: columns, context: context)
        guard matrix.isFinite(context) else { throw .model(.notFinite(tensor: name)) }
        return matrix
    }

    func vector(_ name: String, _ count: Int) throws(TransformerError) -> FloatBuffer {
        let values = try values(name, [count])
        guard values.allSatisfy(\.isFinite) else { throw .model(.notFinite(tensor: name)) }
        return FloatBuffer(values)
    }

    private func values(_ name: String, _ shape: [Int]) throws(TransformerError) -> [Float] {
        guard let actual = weights.shape(of: name) else { throw .model(.missingTensor(name)) }
        guard actual == shape else { throw .model(.wrongShape(tensor: name, expected: shape, actual: actual)) }
        let values: [Float]
        do { values = try weights.tensor(name) } catch { throw .model(error) }
        guard values.count == shape.reduce(1, *) else {
            throw .model(.wrongShape(tensor: name, expected: shape, actual: [values.count]))
        }
        return values
    }
}
