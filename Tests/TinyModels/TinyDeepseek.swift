import LoRA
public import ModelFiles

/// The tiny random DeepSeek-V3 models of scripts/vectors/deepseek.py.
public struct TinyDeepseek: DeepseekV3Weights {
    public let configuration: DeepseekV3Configuration

    public init?(named name: String) {
        var configuration = DeepseekV3Configuration(
            vocabularySize: 200, hiddenSize: 64, intermediateSize: 96, layerCount: 3, denseLayerCount: 1, headCount: 4,
            queryRank: nil, keyValueRank: 24, plainDimension: 16, rotaryDimension: 8, valueDimension: 12, expertCount: 8,
            expertGroupCount: 4, chosenGroupCount: 2, chosenExpertCount: 3, sharedExpertCount: 2, expertSize: 40,
            expertScale: 2.5, rmsNormEpsilon: 1e-6, ropeTheta: 10_000, contextLength: 256)
        switch name {
        case "plain-queries": break
        case "latent-queries-yarn":
            configuration.queryRank = 32
            configuration.ropeScaling = .yarn(
                YarnScaling(factor: 4, originalContextLength: 64, mscale: 1, mscaleAllDimensions: 0.8))
        default: return nil
        }
        self.configuration = configuration
    }

    public init(_ configuration: DeepseekV3Configuration) { self.configuration = configuration }

    public func shape(of name: String) -> [Int]? { shapes[name] }

    /// Every tensor's name and shape.
    public var shapes: [String: [Int]] {
        let c = configuration
        var shapes = [
            "model.embed_tokens.weight": [c.vocabularySize, c.hiddenSize], "lm_head.weight": [c.vocabularySize, c.hiddenSize],
            "model.norm.weight": [c.hiddenSize],
        ]
        func feedForward(_ prefix: String, _ width: Int) {
            shapes[prefix + "gate_proj.weight"] = [width, c.hiddenSize]
            shapes[prefix + "up_proj.weight"] = [width, c.hiddenSize]
            shapes[prefix + "down_proj.weight"] = [c.hiddenSize, width]
        }
        for layer in 0..<c.layerCount {
            let prefix = "model.layers.\(layer).", attention = prefix + "self_attn."
            shapes[prefix + "input_layernorm.weight"] = [c.hiddenSize]
            shapes[prefix + "post_attention_layernorm.weight"] = [c.hiddenSize]
            if let rank = c.queryRank {
                shapes[attention + "q_a_proj.weight"] = [rank, c.hiddenSize]
                shapes[attention + "q_a_layernorm.weight"] = [rank]
                shapes[attention + "q_b_proj.weight"] = [c.headCount * c.queryDimension, rank]
            } else {
                shapes[attention + "q_proj.weight"] = [c.headCount * c.queryDimension, c.hiddenSize]
            }
            shapes[attention + "kv_a_proj_with_mqa.weight"] = [c.keyValueRank + c.rotaryDimension, c.hiddenSize]
            shapes[attention + "kv_a_layernorm.weight"] = [c.keyValueRank]
            shapes[attention + "kv_b_proj.weight"] = [c.headCount * (c.plainDimension + c.valueDimension), c.keyValueRank]
            shapes[attention + "o_proj.weight"] = [c.hiddenSize, c.headCount * c.valueDimension]
            guard layer >= c.denseLayerCount else {
                feedForward(prefix + "mlp.", c.intermediateSize)
                continue
            }
            shapes[prefix + "mlp.gate.weight"] = [c.expertCount, c.hiddenSize]
            shapes[prefix + "mlp.gate.e_score_correction_bias"] = [c.expertCount]
            for expert in 0..<c.expertCount { feedForward("\(prefix)mlp.experts.\(expert).", c.expertSize) }
            feedForward(prefix + "mlp.shared_experts.", c.expertSize * c.sharedExpertCount)
        }
        return shapes
    }

    public func tensor(_ name: String) throws(ModelFileError) -> [Float] {
        guard let shape = shape(of: name) else { throw .missingTensor(name) }
        if shape.count == 1 {
            let offset: Float = name.hasSuffix("norm.weight") ? 1 : 0
            return LoRAMatrixA.draw(baseModelRoot: TinyModel.root, name: name, rows: 1, columns: shape[0]).map { $0 + offset }
        }
        let factor: Float = name.contains("embed") || name.contains("lm_head") ? 8 : 2
        return LoRAMatrixA.draw(baseModelRoot: TinyModel.root, name: name, rows: shape[0], columns: shape[1]).map { $0 * factor }
    }
}
