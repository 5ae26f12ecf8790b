/// Reads choices off the front of an input, so that arbitrary bytes become a sequence of well-typed events. Where the bytes
/// end, everything is zero.
public struct FuzzInput {
    private var bytes: ArraySlice<UInt8>

    public init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    public var isEmpty: Bool { bytes.isEmpty }

    public mutating func byte() -> UInt8 { bytes.popFirst() ?? 0 }

    public mutating func flag() -> Bool { byte() & 1 == 1 }

    /// A number below `count`, or 0 where `count` is 0.
    public mutating func index(below count: Int) -> Int { count > 0 ? Int(byte()) % count : 0 }

    /// Mostly small, sometimes at the ends of the range, sometimes anything.
    public mutating func number() -> UInt64 {
        let kind = byte()
        switch kind {
        case 0..<200: return UInt64(kind)
        case 200..<216: return .max - UInt64(kind - 200)
        case 216..<232: return UInt64(1) << UInt64(4 * (kind - 216))
        default: return bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// At most `count` bytes.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        defer { bytes = bytes.dropFirst(count) }
        return Array(bytes.prefix(count))
    }

    /// A part that says its own length in two bytes.
    public mutating func part() -> [UInt8] {
        let count = Int(byte()) << 8 | Int(byte())
        return bytes(count)
    }

    /// All that is left.
    public mutating func rest() -> [UInt8] {
        defer { bytes = [] }
        return Array(bytes)
    }

    /// The bytes that `part()` reads as `content`.
    public static func part(_ content: [UInt8]) -> [UInt8] {
        let content = content.prefix(0xffff)
        return [UInt8(content.count >> 8), UInt8(content.count & 0xff)] + content
    }
}
