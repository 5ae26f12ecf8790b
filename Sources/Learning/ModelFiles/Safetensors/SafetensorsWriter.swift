import JSON
import Primitives

/// Writes safetensors files: one byte sequence for one content.
public struct SafetensorsWriter: Sendable {
    private struct Entry {
        let name: String
        let type: SafetensorsType
        let shape: [Int]
        let bytes: [UInt8]
    }

    private var entries: [Entry] = []
    /// String-to-string metadata, written first and in key order.
    public var metadata: [String: String]

    public init(metadata: [String: String] = [:]) { self.metadata = metadata }

    /// Adds a tensor of little-endian, row-major `bytes`, as many as `type` and `shape` need.
    public mutating func add(_ name: String, type: SafetensorsType, shape: [Int], bytes: [UInt8]) {
        precondition(shape.reduce(type.size, *) == bytes.count, "the bytes of \(name) do not fill its shape")
        entries.append(Entry(name: name, type: type, shape: shape, bytes: bytes))
    }

    /// Adds an F32 tensor.
    public mutating func add(_ name: String, shape: [Int], values: some Collection<Float>) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * values.count)
        for value in values { bytes.append(littleEndian: value.bitPattern) }
        add(name, type: .f32, shape: shape, bytes: bytes)
    }

    /// The file: wider types first and names in byte order within a type, so that every tensor is aligned; the
    /// header padded with spaces to a multiple of eight bytes.
    public func serialized() -> [UInt8] {
        let ordered = entries.sorted { left, right in
            if left.type.size != right.type.size { return left.type.size > right.type.size }
            return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
        var members: [JSONValue.Member] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            members.append(.init("__metadata__", .object(pairs.map { .init($0.key, .string($0.value)) })))
        }
        var offset = 0
        for entry in ordered {
            let end = offset + entry.bytes.count
            members.append(
                .init(
                    entry.name,
                    [
                        "dtype": .string(entry.type.rawValue), "shape": .array(entry.shape.map { JSONValue($0) }),
                        "data_offsets": [JSONValue(offset), JSONValue(end)],
                    ]))
            offset = end
        }
        var header = JSONValue.object(members).utf8
        header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
        var file: [UInt8] = []
        file.reserveCapacity(8 + header.count + offset)
        file.append(littleEndian: UInt64(header.count))
        file += header
        for entry in ordered { file += entry.bytes }
        return file
    }
}
