import LoRA
import ModelFiles

/// Reads tensors by name and checks their shapes and values.
struct WeightLoader<Weights: ModelWeights> {
    let weights: Weights
    let context: ComputeContext
    /// Whether matrices are converted to FP32 now, or by the kernels.
    let packs: Bool

    func layer(_ index: Int) throws(TransformerError) -> DecoderLayer {
        let configuration = weights.configuration
        let prefix = "model.layers.\(index)."
        let layout = LoRALayout(model: configuration)
        var projections: [DecoderLayer.Projection] = []
        for target in LoRAConfiguration.Target.allCases {
            guard let module = layout.module(layer: index, target: target) else {
                throw .configuration("layer \(index) has no \(target.shortName)")
            }
            let matrix = try matrix(prefix + target.rawValue + ".weight", module.outputSize, module.inputSize)
            let biased = configuration.attentionBias && [.query, .key, .value].contains(target)
            let bias = biased ? try vector(prefix + target.rawValue + ".bias", module.outputSize) : nil
            projections.append(DecoderLayer.Projection(matrix: matrix, bias: bias))
        }
        return DecoderLayer(
            inputNorm: try vector(prefix + "input_layernorm.weight", configuration.hiddenSize),
            postAttentionNorm: try vector(prefix + "post_attention_layernorm.weight", configuration.hiddenSize),
            projections: projections)
    }

    func matrix(_ name: String, _ rows: Int, _ columns: Int) throws(TransformerError) -> WeightMatrix {
        try check(name, [rows, columns])
        let matrix: WeightMatrix
        if let encoded = weights.encoded(name), encoded.shape == [rows, columns] {
            matrix = WeightMatrix(encoded, packs: packs, context: context)
        } else {
            matrix = WeightMatrix(try values(name, [rows, columns]), rows: rows, columns: columns, context: context)
        }
        guard matrix.isFinite(context) else { throw .model(.notFinite(tensor: name)) }
        return matrix
    }

    func vector(_ name: String, _ count: Int) throws(TransformerError) -> FloatBuffer {
        try check(name, [count])
        let values = try values(name, [count])
        guard values.allSatisfy(\.isFinite) else { throw .model(.notFinite(tensor: name)) }
        return FloatBuffer(values)
    }

    private func check(_ name: String, _ shape: [Int]) throws(TransformerError) {
        guard let actual = weights.shape(of: name) else { throw .model(.missingTensor(name)) }
        guard actual == shape else { throw .model(.wrongShape(tensor: name, expected: shape, actual: actual)) }
    }

    private func values(_ name: String, _ shape: [Int]) throws(TransformerError) -> [Float] {
        let values: [Float]
        do { values = try weights.tensor(name) } catch { throw .model(error) }
        guard values.count == shape.reduce(1, *) else {
            throw .model(.wrongShape(tensor: name, expected: shape, actual: [values.count]))
        }
        return values
    }
}
