import Primitives

/// Writes a protobuf message field by field.
public struct ProtobufWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func varint(_ number: UInt64, _ value: UInt64) {
        append(number << 3)
        append(value)
    }

    /// Leaves the field out where `value` is `nil`.
    public mutating func bytes(_ number: UInt64, _ value: [UInt8]?) {
        guard let value else { return }
        append(number << 3 | 2)
        append(UInt64(value.count))
        bytes += value
    }

    /// Eight bytes, least significant first.
    public mutating func fixed64(_ number: UInt64, _ value: UInt64) {
        append(number << 3 | 1)
        bytes += value.littleEndianBytes
    }

    public mutating func text(_ number: UInt64, _ value: String?) { bytes(number, value.map { Array($0.utf8) }) }

    /// One field of wire type 0 even for values of 2^63 and above, which `Varint` does not write.
    private mutating func append(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
