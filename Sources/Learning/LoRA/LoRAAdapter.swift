public import Primitives

/// The learnt state of the chain: the sum of all accepted ΔB, in FP32, added in chain order. Zero at genesis.
public struct LoRAAdapter: LoRAValues {
    public let layout: LoRALayout
    public let values: [Float]

    public init(layout: LoRALayout, values: [Float]) throws(LoRAError) {
        guard values.count == layout.valueCount else {
            throw .wrongCount(expected: layout.valueCount, actual: values.count)
        }
        self.layout = layout
        self.values = values
    }

    /// `adapter_root`: SHA-256 over the little-endian FP32 B matrices, row-major `[out, rank]`, in module-name
    /// order (ascending by the bytes of the names), without separators or lengths.
    ///
    /// This hashes all values; keep the result where it is needed often.
    public var root: Hash32 { SHA256.hash(bytes) }

    /// The adapter after `delta`: one FP32 addition an element.
    ///
    /// Throws when the layouts differ or when a sum is NaN or infinite, so that no accepted adapter ever holds one.
    public func adding(_ delta: LoRADelta) throws(LoRAError) -> LoRAAdapter {
        guard delta.layout == layout else { throw .layoutMismatch }
        var sum = values
        delta.values.withUnsafeBufferPointer { step in
            for index in sum.indices { sum[index] += step[index] }
        }
        let adapter = try LoRAAdapter(layout: layout, values: sum)
        if let module = adapter.firstNonFiniteModule { throw .notFinite(module: module.name) }
        return adapter
    }
}
