public import LoRA
public import ModelFiles
public import Primitives

/// Writes the chain's adapter as a GGUF LoRA file, which llama.cpp applies with `--lora`.
public enum GGUFAdapterExport {
    /// The file: `lora_a` `[rank, in]` and `lora_b` `[out, rank]` for every module, FP32, under the names of the
    /// base model's GGUF tensors.
    ///
    /// For a `llama` model the rows of B of the query and key projections are interleaved, as the rows of the
    /// projections themselves are in its GGUF file.
    public static func file(_ adapter: LoRAAdapter, model: ModelConfiguration, baseModelRoot: Hash32) -> [UInt8] {
        let configuration = adapter.layout.configuration
        var writer = GGUFWriter()
        writer.add("general.type", "adapter")
        writer.add("general.architecture", model.architecture.rawValue)
        writer.add("adapter.type", "lora")
        writer.add("adapter.lora.alpha", Float(configuration.alpha))
        for module in adapter.layout.modules {
            let name = "blk.\(module.layer).\(module.target.ggufName).weight"
            let matrixA = LoRAMatrixA.draw(baseModelRoot: baseModelRoot, module: module, rank: configuration.rank)
            writer.add(tensor: "\(name).lora_a", shape: [configuration.rank, module.inputSize], values: matrixA)
            var matrixB = Array(adapter.matrix(module))
            if model.architecture == .llama, module.target == .query || module.target == .key {
                matrixB = interleavingHalves(matrixB, headDimension: model.headDimension, width: configuration.rank)
            }
            writer.add(tensor: "\(name).lora_b", shape: [module.outputSize, configuration.rank], values: matrixB)
        }
        return writer.serialized()
    }

    /// Within each head, moves the rows of the first half to 0, 2, 4, … and those of the second to 1, 3, 5, ….
    private static func interleavingHalves(_ values: [Float], headDimension: Int, width: Int) -> [Float] {
        var result = values
        for row in 0..<values.count / width {
            let (head, place) = (row / headDimension, row % headDimension)
            let source = head * headDimension + place % 2 * (headDimension / 2) + place / 2
            for column in 0..<width { result[row * width + column] = values[source * width + column] }
        }
        return result
    }
}

extension LoRAConfiguration.Target {
    /// The projection's name in a GGUF file.
    var ggufName: String {
        switch self {
        case .query: "attn_q"
        case .key: "attn_k"
        case .value: "attn_v"
        case .output: "attn_output"
        case .gate: "ffn_gate"
        case .up: "ffn_up"
        case .down: "ffn_down"
        }
    }
}
