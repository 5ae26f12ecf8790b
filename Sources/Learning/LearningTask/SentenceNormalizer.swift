/// Brings text of any source into the normal form of a pool: typographic signs become ASCII, blanks are folded, and what is
/// then no sentence is left out.
public enum SentenceNormalizer {
    /// The normal form of one line; `nil` where it has none: too long, empty, or with signs that ASCII does not have.
    public static func normalForm(_ line: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        for scalar in line.unicodeScalars {
            if let ascii = folded(scalar) { bytes += Array(ascii.utf8) } else { return nil }
            guard bytes.count <= 4 * TextPool.maximumLength else { return nil }
        }
        let words = bytes.split(separator: 0x20)
        let folded = Array(words.joined(separator: [0x20]))
        guard SentenceFault(folded[...]) == nil else { return nil }
        return String(decoding: folded, as: UTF8.self)
    }

    /// ASCII for a sign, `nil` where there is none.
    private static func folded(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x20...0x7E: String(scalar)
        case 0x09, 0x0A, 0x0D, 0xA0, 0x2002...0x200A, 0x202F: " "
        case 0x200B, 0xAD, 0xFEFF: ""
        case 0x2018, 0x2019, 0x201A, 0x2032: "'"
        case 0x201C, 0x201D, 0x201E, 0x2033: "\""
        case 0x2010...0x2012, 0x2212: "-"
        case 0x2013: "-"
        case 0x2014: " - "
        case 0x2026: "..."
        default: nil
        }
    }
}
