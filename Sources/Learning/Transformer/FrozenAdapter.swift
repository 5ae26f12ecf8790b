package import LoRA
package import Primitives

/// The frozen A matrices of a layout, laid out for the kernels. Drawn once and shared by all adapters.
package final class FrozenAdapter: @unchecked Sendable {
    // Unchecked because of the raw memory: it is written in init alone.
    package struct Matrix {
        package let module: LoRAModule
        /// `[inputSize, paddedRank]`, the B operand of x · Aᵀ.
        package let panel: FloatBuffer
        /// `[rank, stride(inputSize)]`, for the input's gradient.
        package let rows: FloatBuffer
    }

    package let layout: LoRALayout
    package let rank: Int
    /// The rank rounded up to whole vectors; the added columns are zero.
    package let paddedRank: Int
    /// `matrices[layer][target.index]`; `nil` where the layout has no module.
    package let matrices: [[Matrix?]]

    package init(layout: LoRALayout, layerCount: Int, baseModelRoot: Hash32) {
        self.layout = layout
        let rank = layout.configuration.rank
        let paddedRank = Rows.stride(rank)
        self.rank = rank
        self.paddedRank = paddedRank
        matrices = (0..<layerCount).map { layer in
            LoRAConfiguration.Target.allCases.map { target in
                guard let module = layout.module(layer: layer, target: target) else { return nil }
                let values = LoRAMatrixA.draw(baseModelRoot: baseModelRoot, module: module, rank: rank)
                let width = module.inputSize
                let panel = FloatBuffer(count: width * paddedRank)
                let rows = FloatBuffer(count: rank * Rows.stride(width))
                for r in 0..<rank {
                    for column in 0..<width {
                        let value = values[r * width + column]
                        panel.pointer[column * paddedRank + r] = value
                        rows.pointer[r * Rows.stride(width) + column] = value
                    }
                }
                return Matrix(module: module, panel: panel, rows: rows)
            }
        }
    }
}
