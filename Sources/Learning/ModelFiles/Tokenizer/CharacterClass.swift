/// What the pre-tokenizers' patterns ask about a character, as bits.
struct CharacterClass: OptionSet, Sendable {
    let rawValue: UInt8

    /// `\p{L}`
    static let letter = Self(rawValue: 1)
    /// `\p{N}`
    static let number = Self(rawValue: 2)
    /// `\s`: the Unicode property White_Space
    static let space = Self(rawValue: 4)
    /// `[\r\n]`
    static let newline = Self(rawValue: 8)
    /// `\p{M}`
    static let mark = Self(rawValue: 16)
    /// `\p{P}` or `\p{S}`
    static let symbol = Self(rawValue: 32)
    /// `[A-Za-z]`
    static let asciiLetter = Self(rawValue: 64)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ scalar: Unicode.Scalar) {
        self = scalar.value < 0x3000 ? Self.table[Int(scalar.value)] : Self(computing: scalar)
    }

    /// Alphabets; ideographs are computed, which is quick for them as one range of the database.
    private static let table: [Self] = (0..<0x3000).map { value in
        Unicode.Scalar(UInt32(value)).map { Self(computing: $0) } ?? []
    }

    private init(computing scalar: Unicode.Scalar) {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: self = .letter
        case .decimalNumber, .letterNumber, .otherNumber: self = .number
        case .nonspacingMark, .spacingMark, .enclosingMark: self = .mark
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
            self = .symbol
        default: self = []
        }
        if scalar.properties.isWhitespace { insert(.space) }
        if scalar == "\r" || scalar == "\n" { insert(.newline) }
        if scalar.isASCII, contains(.letter) { insert(.asciiLetter) }
    }
}
