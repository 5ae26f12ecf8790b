/// Why bytes are not the canonical RLP that was expected. Offsets count from the start of the input.
public enum RLPError: Error, Equatable, Sendable, CustomStringConvertible {
    /// An item claims more bytes than there are.
    case truncated(offset: Int, needed: UInt64, available: Int)
    /// A single byte below 0x80 was written with a length prefix.
    case nonCanonicalByte(offset: Int)
    /// A length has leading zeros, or the long form where the short one fits.
    case nonCanonicalLength(offset: Int)
    /// Bytes follow the last item.
    case trailingBytes(offset: Int, count: Int)
    /// An item is missing from a list.
    case missingItem(offset: Int)
    case expectedBytes(offset: Int)
    case expectedList(offset: Int)
    /// An integer begins with a zero byte.
    case leadingZero(offset: Int)
    case integerTooLarge(offset: Int, maximumBytes: Int)
    case wrongLength(offset: Int, expected: Int, actual: Int)
    case tooDeep(limit: Int)
    case tooLarge(limit: Int, actual: Int)

    public var description: String {
        switch self {
        case .truncated(let offset, let needed, let available):
            "RLP item at byte \(offset) needs \(needed) bytes but \(available) are left"
        case .nonCanonicalByte(let offset): "RLP item at byte \(offset) wraps a single byte below 0x80"
        case .nonCanonicalLength(let offset): "RLP item at byte \(offset) has a length that is not in its shortest form"
        case .trailingBytes(let offset, let count): "\(count) unexpected bytes after the RLP item that ends at byte \(offset)"
        case .missingItem(let offset): "the RLP list ends at byte \(offset), before an item that it must have"
        case .expectedBytes(let offset): "RLP item at byte \(offset) is a list where bytes belong"
        case .expectedList(let offset): "RLP item at byte \(offset) is bytes where a list belongs"
        case .leadingZero(let offset): "RLP integer at byte \(offset) has a leading zero"
        case .integerTooLarge(let offset, let maximum): "RLP integer at byte \(offset) has more than \(maximum) bytes"
        case .wrongLength(let offset, let expected, let actual): "RLP item at byte \(offset) has \(actual) bytes, not \(expected)"
        case .tooDeep(let limit): "RLP lists are nested deeper than \(limit)"
        case .tooLarge(let limit, let actual): "RLP input has \(actual) bytes, more than the limit of \(limit)"
        }
    }
}
