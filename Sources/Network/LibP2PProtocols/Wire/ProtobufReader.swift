public import Multiformats
import Primitives

/// Reads the fields of one protobuf message in the order they stand.
///
/// libp2p's messages are small and flat; what is read here goes straight into value types, so neither a generated
/// message nor Foundation's `Data` stands between the wire and them. Unknown fields are the caller's to skip.
public struct ProtobufReader: Sendable {
    public enum Value: Equatable, Sendable {
        case varint(UInt64)
        case fixed64(UInt64)
        case bytes(ArraySlice<UInt8>)
        case fixed32(UInt32)
    }

    public struct Field: Equatable, Sendable {
        public let number: UInt64
        public let value: Value

        /// The number of a field of eight bytes.
        public func double() throws(WireError) -> Double {
            guard case .fixed64(let bits) = value else { throw .malformed("a double") }
            return Double(bitPattern: bits)
        }

        /// The value of a varint field.
        public var varint: UInt64? { if case .varint(let value) = value { value } else { nil } }
        /// The bytes of a length-delimited field.
        public var bytes: [UInt8]? { if case .bytes(let value) = value { Array(value) } else { nil } }
        /// The text of a length-delimited field that is UTF-8.
        public var text: String? { if case .bytes(let value) = value { String(validating: value, as: UTF8.self) } else { nil } }
        /// The multiaddr of a length-delimited field that holds one.
        public var multiaddr: Multiaddr? {
            guard let bytes else { return nil }
            return try? Multiaddr(bytes: bytes)
        }
    }

    private var rest: ArraySlice<UInt8>

    public init(_ bytes: [UInt8]) { rest = bytes[...] }
    public init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The next field, or `nil` at the end.
    public mutating func next() throws(WireError) -> Field? {
        guard !rest.isEmpty else { return nil }
        let tag = try varint()
        guard tag >> 3 > 0 else { throw .malformed("field 0") }
        switch tag & 7 {
        case 0: return Field(number: tag >> 3, value: .varint(try varint()))
        case 1: return Field(number: tag >> 3, value: .fixed64(try fixed()))
        case 2:
            let length = try varint()
            guard length <= UInt64(rest.count) else { throw .truncated }
            let body = rest.prefix(Int(length))
            rest = rest.dropFirst(Int(length))
            return Field(number: tag >> 3, value: .bytes(body))
        case 5: return Field(number: tag >> 3, value: .fixed32(try fixed()))
        default: throw .malformed("wire type \(tag & 7)")
        }
    }

    /// Protobuf's varints may be longer than needed, and negative numbers take ten bytes.
    private mutating func varint() throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        for position in 0..<10 {
            guard let byte = rest.popFirst() else { throw .truncated }
            value |= UInt64(byte & 0x7f) << UInt64(7 * position)
            if byte & 0x80 == 0 { return value }
        }
        throw .varintTooLong
    }

    private mutating func fixed<Number: FixedWidthInteger>() throws(WireError) -> Number {
        guard let value = rest.littleEndian(Number.self, at: 0) else { throw .truncated }
        rest = rest.dropFirst(MemoryLayout<Number>.size)
        return value
    }
}
