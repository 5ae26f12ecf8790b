/// A value of a GGUF file's metadata.
public enum GGUFValue: Sendable {
    case unsigned(UInt64)
    case signed(Int64)
    case float(Double)
    case bool(Bool)
    case string([UInt8])
    case array(GGUFArray)

    /// The value as a non-negative integer, whatever integer type the file uses.
    public var integer: Int? {
        switch self {
        case .unsigned(let value): Int(exactly: value)
        case .signed(let value): value >= 0 ? Int(exactly: value) : nil
        default: nil
        }
    }

    public var float: Float? {
        if case .float(let value) = self { Float(value) } else { nil }
    }

    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The text of a string that is valid UTF-8.
    public var text: String? {
        if case .string(let bytes) = self { String(validating: bytes, as: UTF8.self) } else { nil }
    }

    public var array: GGUFArray? {
        if case .array(let value) = self { value } else { nil }
    }
}

/// An array of a GGUF file's metadata: one type throughout.
public enum GGUFArray: Sendable {
    case unsigned([UInt64])
    case signed([Int64])
    case floats([Double])
    case bools([Bool])
    case strings(GGUFStrings)
    case arrays([GGUFArray])

    public var strings: GGUFStrings? {
        if case .strings(let value) = self { value } else { nil }
    }

    /// Integers of either signedness that fit `Int`.
    public var integers: [Int]? {
        switch self {
        case .unsigned(let values):
            let result = values.compactMap { Int(exactly: $0) }
            return result.count == values.count ? result : nil
        case .signed(let values): return values.map { Int($0) }
        default: return nil
        }
    }
}

/// Strings left in the file until they are asked for: a vocabulary has hundreds of thousands.
public struct GGUFStrings: Sendable {
    let file: FileBytes
    /// Where each string's bytes lie in the file; checked against its size.
    let ranges: [Range<Int>]

    public var count: Int { ranges.count }

    /// Calls `body` with the bytes of the string at `index`, which must be below `count`.
    public func withBytes<R>(at index: Int, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        file.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[ranges[index]])) }
    }

    public subscript(index: Int) -> [UInt8] { withBytes(at: index) { [UInt8]($0) } }
}
