/// FP32 memory, aligned to cache lines, zeroed, with 64 values of slack past the end: kernels load whole vectors.
package final class FloatBuffer {
    package let pointer: UnsafeMutablePointer<Float>
    package let count: Int

    package init(count: Int) {
        self.count = count
        let bytes = (count + 64) * MemoryLayout<Float>.stride
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        pointer = raw.bindMemory(to: Float.self, capacity: count + 64)
    }

    package convenience init(_ values: some Collection<Float>) {
        self.init(count: values.count)
        for (index, value) in values.enumerated() { pointer[index] = value }
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}

/// A row-major matrix inside a buffer: `stride` floats from one row to the next, a multiple of 16.
package struct Rows {
    package var pointer: UnsafeMutablePointer<Float>
    package var stride: Int

    package init(_ pointer: UnsafeMutablePointer<Float>, stride: Int) {
        self.pointer = pointer
        self.stride = stride
    }

    /// The matrix from row `row` on.
    package func from(_ row: Int) -> Rows { Rows(pointer + row * stride, stride: stride) }

    /// The stride for rows of `width` values.
    package static func stride(_ width: Int) -> Int { (width + 15) / 16 * 16 }
}
