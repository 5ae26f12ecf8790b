public import LoRA
import ModelFiles

/// An adapter laid out for the kernels on one model.
///
/// A module's update joins its projection's chain: after the last `x[k] · W[o,k]` come
/// `(x · Aᵀ)[r] · (scale · B)[o,r]` for r ascending, with scale · B rounded once.
public final class PreparedAdapter: @unchecked Sendable {
    // Unchecked because of the raw memory: it is written in init, and by `update` only in a trainer that owns the
    // instance alone.
    package struct Matrix {
        package let frozen: FrozenAdapter.Matrix
        /// scale · Bᵀ, `[rank, stride(outputSize)]`, the B operand of the update.
        package let transposed: FloatBuffer
        /// scale · B, `[outputSize, paddedRank]`, the B operand of the gradient.
        package let rows: FloatBuffer
    }

    package let frozen: FrozenAdapter
    package let matrices: [[Matrix?]]

    package init(frozen: FrozenAdapter, values: [Float]) {
        self.frozen = frozen
        matrices = frozen.matrices.map { layer in
            layer.map { matrix in
                guard let matrix else { return nil }
                let size = matrix.module.outputSize
                return Matrix(
                    frozen: matrix, transposed: FloatBuffer(count: frozen.rank * Rows.stride(size)),
                    rows: FloatBuffer(count: size * frozen.paddedRank))
            }
        }
        update(values)
    }

    /// Replaces B. Only for the owner of the sole reference: nothing else may read the adapter meanwhile.
    package func update(_ values: [Float]) {
        let (rank, paddedRank, scale) = (frozen.rank, frozen.paddedRank, frozen.layout.configuration.scale)
        values.withUnsafeBufferPointer { values in
            for matrix in matrices.joined() {
                guard let matrix else { continue }
                let module = matrix.frozen.module
                let stride = Rows.stride(module.outputSize)
                for row in 0..<module.outputSize {
                    for r in 0..<rank {
                        let value = scale * values[module.offset + row * rank + r]
                        matrix.transposed.pointer[r * stride + row] = value
                        matrix.rows.pointer[row * paddedRank + r] = value
                    }
                }
            }
        }
    }
}

extension TransformerModel {
    /// Lays out `adapter` for this model. Throws when it was made for other shapes.
    public func prepare(_ adapter: some LoRAValues) throws(TransformerError) -> PreparedAdapter {
        let frozen = try freeze(adapter.layout)
        return PreparedAdapter(frozen: frozen, values: adapter.values)
    }

    /// The frozen matrices of `layout` on this model; keep them when many adapters of one layout are prepared.
    package func freeze(_ layout: LoRALayout) throws(TransformerError) -> FrozenAdapter {
        guard layout == LoRALayout(model: configuration, configuration: layout.configuration) else {
            throw .adapterMismatch
        }
        return FrozenAdapter(layout: layout, layerCount: configuration.layerCount, baseModelRoot: baseModelRoot)
    }
}
