package import LoRA

/// The frozen parameters of one decoder layer.
package final class DecoderLayer: @unchecked Sendable {
    // Unchecked because of the raw memory: it is written in init alone.
    /// A projection: its matrix and, in Qwen2's attention, its bias.
    package struct Projection {
        package let matrix: WeightMatrix
        package let bias: FloatBuffer?
    }

    package let inputNorm: FloatBuffer
    package let postAttentionNorm: FloatBuffer
    /// In the order of `LoRAConfiguration.Target.allCases`.
    package let projections: [Projection]

    init(inputNorm: FloatBuffer, postAttentionNorm: FloatBuffer, projections: [Projection]) {
        self.inputNorm = inputNorm
        self.postAttentionNorm = postAttentionNorm
        self.projections = projections
    }

    /// A layer that is not loaded.
    static var absent: DecoderLayer {
        DecoderLayer(inputNorm: FloatBuffer(count: 0), postAttentionNorm: FloatBuffer(count: 0), projections: [])
    }

    package subscript(_ target: LoRAConfiguration.Target) -> Projection { projections[target.index] }
}

extension LoRAConfiguration.Target {
    /// The position in `allCases`: q, k, v, o, gate, up, down.
    package var index: Int {
        switch self {
        case .query: 0
        case .key: 1
        case .value: 2
        case .output: 3
        case .gate: 4
        case .up: 5
        case .down: 6
        }
    }
}
