/// Why a hexadecimal string was refused.
public enum HexError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The number of digits is odd.
    case oddLength(Int)
    /// A character that is no hexadecimal digit, and its position after any `0x`.
    case invalidCharacter(Character, at: Int)
    /// A well-formed string of the wrong number of bytes.
    case wrongLength(expected: Int, actual: Int)

    public var description: String {
        switch self {
        case .oddLength(let count): "hexadecimal needs an even number of digits, got \(count)"
        case .invalidCharacter(let character, let index): "'\(character)' at position \(index) is not a hexadecimal digit"
        case .wrongLength(let expected, let actual): "expected \(expected) bytes of hexadecimal, got \(actual)"
        }
    }
}

extension [UInt8] {
    /// Parses hexadecimal, with or without a `0x` prefix, in any letter case.
    public init(hex: String) throws(HexError) {
        var digits = Substring(hex).utf8
        if digits.starts(with: "0x".utf8) || digits.starts(with: "0X".utf8) { digits = digits.dropFirst(2) }
        let count = digits.count
        guard count % 2 == 0 else { throw .oddLength(count) }
        self = []
        reserveCapacity(count / 2)
        var high: UInt8?
        for (index, character) in digits.enumerated() {
            let value: UInt8
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = character - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = character - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = character - UInt8(ascii: "A") + 10
            default: throw .invalidCharacter(Character(Unicode.Scalar(character)), at: index)
            }
            if let first = high {
                append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
    }
}

extension Collection<UInt8> {
    /// `0x`-prefixed lower-case hexadecimal.
    public var hex: String { "0x" + bareHex }

    /// Lower-case hexadecimal without a prefix.
    public var bareHex: String {
        String(unsafeUninitializedCapacity: count * 2) { buffer in
            let digits: StaticString = "0123456789abcdef"
            var index = 0
            for byte in self {
                buffer[index] = digits.utf8Start[Int(byte >> 4)]
                buffer[index + 1] = digits.utf8Start[Int(byte & 15)]
                index += 2
            }
            return index
        }
    }
}
