import Primitives

/// Writes GGUF version 3 files: adapters for llama.cpp, small models for tests.
public struct GGUFWriter: Sendable {
    private var metadata: [UInt8] = []
    private var metadataCount: UInt64 = 0
    private var tensors: [(name: String, shape: [Int], type: GGMLType, bytes: [UInt8])] = []
    private static let alignment = 32

    public init() {}

    /// Adds a string of metadata; each key once.
    public mutating func add(_ key: String, _ value: String) { add(key, type: 8, Self.string(value)) }

    /// Adds an FP32 number of metadata; each key once.
    public mutating func add(_ key: String, _ value: Float) { add(key, type: 6, value.bitPattern.littleEndianBytes) }

    /// Adds an unsigned 32-bit number of metadata; each key once.
    public mutating func add(_ key: String, _ value: UInt32) { add(key, type: 4, value.littleEndianBytes) }

    private mutating func add(_ key: String, type: UInt32, _ value: [UInt8]) {
        metadata += Self.string(key) + type.littleEndianBytes + value
        metadataCount += 1
    }

    /// Adds a tensor: dimensions outermost first, values row-major, as many as they need.
    public mutating func add(tensor name: String, shape: [Int], values: some Collection<Float>) {
        precondition(shape.reduce(1, *) == values.count, "the values of \(name) do not fill its shape")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * values.count)
        for value in values { bytes.append(littleEndian: value.bitPattern) }
        tensors.append((name, shape, .f32, bytes))
    }

    /// Adds a tensor of encoded bytes, row after row, as many as `type` and `shape` need.
    public mutating func add(tensor name: String, shape: [Int], type: GGMLType, bytes: [UInt8]) {
        precondition(
            shape.reduce(1, *) / type.blockLength * type.blockSize == bytes.count, "the bytes of \(name) do not fill its shape")
        tensors.append((name, shape, type, bytes))
    }

    /// The file, tensors in the order they were added.
    public func serialized() -> [UInt8] {
        var file = Array("GGUF".utf8) + UInt32(3).littleEndianBytes
        file += UInt64(tensors.count).littleEndianBytes + metadataCount.littleEndianBytes + metadata
        var offset = 0
        for tensor in tensors {
            file += Self.string(tensor.name) + UInt32(tensor.shape.count).littleEndianBytes
            for dimension in tensor.shape.reversed() { file += UInt64(dimension).littleEndianBytes }
            file += tensor.type.rawValue.littleEndianBytes + UInt64(offset).littleEndianBytes
            offset += Self.padded(tensor.bytes.count)
        }
        file.reserveCapacity(Self.padded(file.count) + offset)
        pad(&file)
        for tensor in tensors {
            file += tensor.bytes
            pad(&file)
        }
        return file
    }

    private static func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

    private func pad(_ file: inout [UInt8]) {
        file.append(contentsOf: repeatElement(0, count: Self.padded(file.count) - file.count))
    }

    private static func string(_ text: String) -> [UInt8] { UInt64(text.utf8.count).littleEndianBytes + Array(text.utf8) }
}
