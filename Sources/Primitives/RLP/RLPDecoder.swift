public import Primitives

/// Reads canonical RLP item by item and refuses everything else: wrong lengths, long forms where short ones
/// fit, integers with leading zeros, nesting beyond the limit.
///
/// ```swift
/// var fields = try RLPDecoder.list(bytes)
/// let number = try fields.uint64()
/// try fields.finish()
/// ```
public struct RLPDecoder: Sendable {
    private let input: [UInt8]
    private var position: Int
    private let end: Int
    private let depth: Int
    private let limits: RLPLimits

    /// A sequence of items.
    public init(_ input: [UInt8], limits: RLPLimits = .standard) throws(RLPError) {
        guard input.count <= limits.maximumSize else { throw .tooLarge(limit: limits.maximumSize, actual: input.count) }
        self.init(input: input, position: 0, end: input.count, depth: 0, limits: limits)
    }

    private init(input: [UInt8], position: Int, end: Int, depth: Int, limits: RLPLimits) {
        self.input = input
        self.position = position
        self.end = end
        self.depth = depth
        self.limits = limits
    }

    /// The items of the one list that `input` is; bytes after it are refused.
    public static func list(_ input: [UInt8], limits: RLPLimits = .standard) throws(RLPError) -> RLPDecoder {
        var decoder = try RLPDecoder(input, limits: limits)
        let items = try decoder.list()
        try decoder.finish()
        return items
    }

    /// Whether all items were read.
    public var isAtEnd: Bool { position == end }

    /// Where the next item begins in the whole input.
    public var offset: Int { position }

    /// Whether the next item is a list; `nil` at the end.
    public var nextIsList: Bool? { isAtEnd ? nil : input[position] >= 0xc0 }

    /// Refuses items that were not read.
    public func finish() throws(RLPError) {
        guard isAtEnd else { throw .trailingBytes(offset: position, count: end - position) }
    }

    // MARK: Items

    /// A byte string, as a slice of the input.
    public mutating func slice() throws(RLPError) -> ArraySlice<UInt8> {
        let item = try nextItem()
        guard !item.isList else { throw .expectedBytes(offset: position) }
        position = item.content.upperBound
        return input[item.content]
    }

    /// A byte string.
    public mutating func bytes() throws(RLPError) -> [UInt8] { Array(try slice()) }

    /// A list, as a decoder of its items.
    public mutating func list() throws(RLPError) -> RLPDecoder {
        let item = try nextItem()
        guard item.isList else { throw .expectedList(offset: position) }
        guard depth < limits.maximumDepth else { throw .tooDeep(limit: limits.maximumDepth) }
        position = item.content.upperBound
        return RLPDecoder(
            input: input, position: item.content.lowerBound, end: item.content.upperBound, depth: depth + 1, limits: limits)
    }

    /// The next item with its prefix, unread: only its own length is checked, not what is inside a list.
    public mutating func encodedItem() throws(RLPError) -> ArraySlice<UInt8> {
        let start = position
        let item = try nextItem()
        position = item.content.upperBound
        return input[start..<position]
    }

    // MARK: Values

    public mutating func uint64() throws(RLPError) -> UInt64 {
        UInt64(bigEndianBytes: try integer(maximumBytes: 8)) ?? 0
    }

    public mutating func uint256() throws(RLPError) -> UInt256 {
        let start = position
        guard let value = UInt256(bigEndianBytes: try integer(maximumBytes: 32)) else {
            throw .integerTooLarge(offset: start, maximumBytes: 32)
        }
        return value
    }

    public mutating func hash32() throws(RLPError) -> Hash32 {
        let start = position
        let content = try slice()
        guard let value = Hash32(content) else { throw .wrongLength(offset: start, expected: 32, actual: content.count) }
        return value
    }

    public mutating func address() throws(RLPError) -> Address {
        let start = position
        let content = try slice()
        guard let value = Address(content) else { throw .wrongLength(offset: start, expected: 20, actual: content.count) }
        return value
    }

    public mutating func fixedBytes<let count: Int>(
        _ type: FixedBytes<count>.Type = FixedBytes<count>.self
    ) throws(RLPError) -> FixedBytes<count> {
        let start = position
        let content = try slice()
        guard let value = FixedBytes<count>(content) else {
            throw .wrongLength(offset: start, expected: count, actual: content.count)
        }
        return value
    }

    private mutating func integer(maximumBytes: Int) throws(RLPError) -> ArraySlice<UInt8> {
        let start = position
        let content = try slice()
        guard content.first != 0 else { throw .leadingZero(offset: start) }
        guard content.count <= maximumBytes else { throw .integerTooLarge(offset: start, maximumBytes: maximumBytes) }
        return content
    }

    // MARK: Prefixes

    private struct Item {
        let isList: Bool
        let content: Range<Int>
    }

    /// The item at `position`, with its length checked against what is left.
    private func nextItem() throws(RLPError) -> Item {
        guard position < end else { throw .missingItem(offset: end) }
        let prefix = input[position]
        switch prefix {
        case 0x00...0x7f:
            return Item(isList: false, content: position..<(position + 1))
        case 0x80...0xb7:
            let content = try content(after: 1, count: UInt64(prefix - 0x80))
            if content.count == 1, input[content.lowerBound] < 0x80 { throw .nonCanonicalByte(offset: position) }
            return Item(isList: false, content: content)
        case 0xb8...0xbf:
            return Item(isList: false, content: try longContent(lengthBytes: Int(prefix - 0xb7)))
        case 0xc0...0xf7:
            return Item(isList: true, content: try content(after: 1, count: UInt64(prefix - 0xc0)))
        default:
            return Item(isList: true, content: try longContent(lengthBytes: Int(prefix - 0xf7)))
        }
    }

    private func longContent(lengthBytes: Int) throws(RLPError) -> Range<Int> {
        let start = position + 1
        guard end - start >= lengthBytes else {
            throw .truncated(offset: position, needed: UInt64(lengthBytes), available: end - start)
        }
        guard input[start] != 0 else { throw .nonCanonicalLength(offset: position) }
        let count = UInt64(bigEndianBytes: input[start..<(start + lengthBytes)]) ?? .max
        guard count > 55 else { throw .nonCanonicalLength(offset: position) }
        return try content(after: 1 + lengthBytes, count: count)
    }

    private func content(after prefixBytes: Int, count: UInt64) throws(RLPError) -> Range<Int> {
        let start = position + prefixBytes
        let available = end - start
        guard count <= UInt64(available) else { throw .truncated(offset: position, needed: count, available: available) }
        return start..<(start + Int(count))
    }
}
