/// Unsigned varints (multiformats `unsigned-varint`): seven bits a byte, least significant first, at most nine
/// bytes, minimal length only.
public enum Varint {
    /// Why bytes are no varint.
    public enum DecodingError: Error, Equatable, Sendable, CustomStringConvertible {
        case truncated
        case tooLong
        case notMinimal

        public var description: String {
            switch self {
            case .truncated: "the varint ends in the middle"
            case .tooLong: "the varint is longer than nine bytes"
            case .notMinimal: "the varint is not in its shortest form"
            }
        }
    }

    /// The encoding of a value below 2^63.
    public static func encode(_ value: UInt64) -> [UInt8] {
        var rest = value
        var output: [UInt8] = []
        while rest >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        output.append(UInt8(rest))
        return output
    }

    /// Reads a varint from the front of `input` and drops it from there.
    public static func decode(_ input: inout ArraySlice<UInt8>) throws(DecodingError) -> UInt64 {
        var value: UInt64 = 0
        for position in 0..<9 {
            guard let byte = input.popFirst() else { throw .truncated }
            value |= UInt64(byte & 0x7f) << UInt64(7 * position)
            if byte & 0x80 == 0 {
                if byte == 0 && position > 0 { throw .notMinimal }
                return value
            }
        }
        throw .tooLong
    }
}
