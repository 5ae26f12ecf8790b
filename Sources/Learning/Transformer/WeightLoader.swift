import LoRA
import ModelFiles

/// Reads tensors by name, checks their shapes and packs them.
struct WeightLoader<Weights: ModelWeights> {
    let weights: Weights
    let context: ComputeContext

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

    func matrix(_ name: String, _ rows: Int, _ columns: Int) throws(TransformerError) -> PackedMatrix {
        PackedMatrix(try values(name, [rows, columns]), rows: rows, columns: columns, context: context)
    }

    func vector(_ name: String, _ count: Int) throws(TransformerError) -> FloatBuffer {
        FloatBuffer(try values(name, [count]))
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
