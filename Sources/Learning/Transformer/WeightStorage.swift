internal import CReproKernels
import ModelFiles

/// How a model's weight matrices lie in memory. Every choice gives the same bits.
public enum WeightStorage: Sendable, Equatable {
    /// Converted to FP32 and packed for the kernels at load: fastest, four bytes a weight.
    case packed
    /// As their file holds them, mapped and not copied, and converted inside the kernels: slower by the conversion,
    /// as small as the file. Tensors that exist as FP32 values alone are packed.
    case encoded
    /// ``packed`` when that takes at most a quarter of so many bytes, otherwise ``encoded``.
    case fitting(memory: Int)

    /// ``fitting(memory:)`` with the memory of this machine.
    public static var automatic: WeightStorage { .fitting(memory: Int(repro_physical_memory())) }

    /// Whether a model of this configuration is packed.
    func packs(_ configuration: ModelConfiguration) -> Bool {
        switch self {
        case .packed: true
        case .encoded: false
        case .fitting(let memory): configuration.packedByteCount <= Double(memory) / 4
        }
    }
}

extension ModelConfiguration {
    /// Bytes of all matrices in FP32, by arithmetic that no configuration overflows.
    var packedByteCount: Double {
        let hidden = Double(hiddenSize), queries = Double(headCount) * Double(headDimension)
        let keys = Double(keyValueHeadCount) * Double(headDimension)
        let layer = hidden * (2 * queries + 2 * keys + 3 * Double(intermediateSize))
        let embeddings = Double(vocabularySize) * hidden * (tieWordEmbeddings ? 1 : 2)
        return 4 * (Double(layerCount) * layer + embeddings)
    }
}
