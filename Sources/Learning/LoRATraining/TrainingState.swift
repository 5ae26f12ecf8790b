import LoRA
import Transformer

/// The trained values of one round and their gradients, in the kernels' layout: for each module in module-name
/// order Bᵀ, `[rank, stride(outputSize)]`, with zeros in the padding.
final class TrainingState {
    let layout: LoRALayout
    let adapter: PreparedAdapter
    let weights: FloatBuffer
    let gradients: FloatBuffer
    /// Where each module's Bᵀ starts, in module-name order.
    private let offsets: [Int]
    private let offsetByName: [String: Int]

    init(model: TransformerModel, parent: LoRAAdapter) throws(TransformerError) {
        layout = parent.layout
        adapter = try model.prepare(parent)
        var offsets: [Int] = []
        var total = 0
        for module in layout.modules {
            offsets.append(total)
            total += layout.configuration.rank * Rows.stride(module.outputSize)
        }
        self.offsets = offsets
        offsetByName = Dictionary(uniqueKeysWithValues: zip(layout.modules.map(\.name), offsets))
        weights = FloatBuffer(count: total)
        gradients = FloatBuffer(count: total)
        forEachElement { index, slot in weights.pointer[slot] = parent.values[index] }
    }

    /// The gradient of a module's Bᵀ, without the adapter's scale.
    func gradient(of module: LoRAModule) -> Rows {
        Rows(gradients.pointer + (offsetByName[module.name] ?? 0), stride: Rows.stride(module.outputSize))
    }

    /// Sets all gradients to zero.
    func clearGradients() { gradients.pointer.update(repeating: 0, count: gradients.count) }

    /// Hands the trained values to the kernels.
    func publish() {
        adapter.update(gather(weights))
    }

    /// The trained values less the parent's, in the adapter's layout.
    func difference(from parent: LoRAAdapter) -> [Float] {
        var values = [Float](repeating: 0, count: layout.valueCount)
        forEachElement { index, slot in values[index] = weights.pointer[slot] - parent.values[index] }
        return values
    }

    /// The values of a buffer in the kernels' layout, in the adapter's.
    func gather(_ buffer: FloatBuffer) -> [Float] {
        var values = [Float](repeating: 0, count: layout.valueCount)
        forEachElement { index, slot in values[index] = buffer.pointer[slot] }
        return values
    }

    /// Calls `body` with each value's index in the adapter and its slot in the kernels' layout.
    private func forEachElement(_ body: (Int, Int) -> Void) {
        let rank = layout.configuration.rank
        for (module, offset) in zip(layout.modules, offsets) {
            let stride = Rows.stride(module.outputSize)
            for row in 0..<module.outputSize {
                for r in 0..<rank { body(module.offset + row * rank + r, offset + r * stride + row) }
            }
        }
    }
}
