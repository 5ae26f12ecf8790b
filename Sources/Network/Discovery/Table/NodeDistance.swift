public import NodeRecords
public import Primitives

/// How far two node ids are apart: their exclusive or, as a number.
public struct NodeDistance: Comparable, Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    public init(_ one: NodeID, _ other: NodeID) {
        func word(_ offset: Int) -> UInt64 { one.bigEndian(UInt64.self, at: offset) ^ other.bigEndian(UInt64.self, at: offset) }
        words = (word(0), word(8), word(16), word(24))
    }

    public static func == (one: Self, other: Self) -> Bool { one.words == other.words }
    public static func < (one: Self, other: Self) -> Bool { one.words < other.words }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }

    /// The position of the highest bit, 1 to 256; 0 for a node and itself.
    public var log2: Int {
        for (place, word) in [words.0, words.1, words.2, words.3].enumerated() where word != 0 {
            return 256 - 64 * place - word.leadingZeroBitCount
        }
        return 0
    }
}
