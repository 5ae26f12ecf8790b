import JSON
// The standard library's own normalizer, which Foundation uses too; it has no public name yet.
@_spi(_Unicode) import Swift

extension Tokenizer.Normalization {
    func apply(_ text: String) -> String {
        switch self {
        case .none: text
        case .nfc:
            // Below U+0300 nothing combines, and everything is composed already. Text that is no language's stays as it is:
            // the normalizer would sort its endless run of marks in quadratic time.
            if text.unicodeScalars.allSatisfy({ $0.value < 0x300 }) || text.hasLongMarkRun {
                text
            } else {
                String(String.UnicodeScalarView(text._nfc))
            }
        }
    }
}
