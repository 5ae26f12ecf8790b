public import LoRA
public import ModelFiles
public import Primitives

/// Small random models whose weights are drawn by name, as scripts/vectors/transformer.py draws them.
public struct TinyModel: ModelWeights {
    public let configuration: ModelConfiguration

    /// The root from which weights, A and B are drawn.
    public static let root = Hash32((0..<32).map { UInt8($0) }) ?? .zero

    public init(_ configuration: ModelConfiguration) { self.configuration = configuration }

    /// The models of the script: "llama", "qwen2", "llama3-rope", "linear-rope", "yarn-rope".
    public init?(named name: String) {
        var configuration = ModelConfiguration(
            architecture: .llama, vocabularySize: 640, hiddenSize: 72, intermediateSize: 104, layerCount: 2,
            headCount: 6, keyValueHeadCount: 2, headDimension: 12, rmsNormEpsilon: 1e-5, ropeTheta: 10_000,
            tieWordEmbeddings: true, attentionBias: false, contextLength: 256)
        switch name {
        case "llama": break
        case "linear-rope":
            configuration.ropeScaling = .linear(factor: 4)
        case "qwen2", "yarn-rope":
            configuration.architecture = .qwen2
            configuration.ropeTheta = 1_000_000
            configuration.rmsNormEpsilon = 1e-6
            configuration.tieWordEmbeddings = false
            configuration.attentionBias = true
            if name == "yarn-rope" { configuration.ropeScaling = .yarn(YarnScaling(factor: 4, originalContextLength: 64)) }
        case "llama3-rope":
            configuration.ropeTheta = 500_000
            configuration.ropeScaling = .llama3(
                factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 64)
        default: return nil
        }
        self.init(configuration)
    }

    public func shape(of name: String) -> [Int]? {
        let (hidden, vocabulary) = (configuration.hiddenSize, configuration.vocabularySize)
        switch name {
        case "model.embed_tokens.weight": return [vocabulary, hidden]
        case "lm_head.weight": return configuration.tieWordEmbeddings ? nil : [vocabulary, hidden]
        case "model.norm.weight": return [hidden]
        default:
            if name.hasSuffix("layernorm.weight") { return [hidden] }
            guard let dot = name.lastIndex(of: "."),
                let module = LoRALayout(model: configuration).module(named: String(name[..<dot]))
            else { return nil }
            if name.hasSuffix(".weight") { return [module.outputSize, module.inputSize] }
            let biased = configuration.attentionBias && [.query, .key, .value].contains(module.target)
            return biased && name.hasSuffix(".bias") ? [module.outputSize] : nil
        }
    }

    public func tensor(_ name: String) throws(ModelFileError) -> [Float] {
        guard let shape = shape(of: name) else { throw .missingTensor(name) }
        if shape.count == 2 {
            let factor: Float = name.contains("embed") || name.contains("lm_head") ? 8 : 2
            return LoRAMatrixA.draw(baseModelRoot: Self.root, name: name, rows: shape[0], columns: shape[1]).map { $0 * factor }
        }
        let offset: Float = name.hasSuffix("norm.weight") ? 1 : 0
        return LoRAMatrixA.draw(baseModelRoot: Self.root, name: name, rows: 1, columns: shape[0]).map { $0 + offset }
    }

    /// The script's adapter for this model.
    public func adapter(dropout: Float = 0) throws -> LoRAAdapter {
        let layout = LoRALayout(model: configuration, configuration: LoRAConfiguration(dropout: dropout))
        let values = layout.modules.flatMap { module in
            LoRAMatrixA.draw(baseModelRoot: Self.root, name: "B/" + module.name, rows: module.outputSize, columns: 8)
                .map { $0 * 0.25 }
        }
        return try LoRAAdapter(layout: layout, values: values)
    }
}
