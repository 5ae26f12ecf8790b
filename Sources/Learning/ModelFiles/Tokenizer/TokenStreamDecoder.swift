/// Turns tokens into text as they come, holding back bytes until they make whole characters.
///
/// ```swift
/// var decoder = TokenStreamDecoder(tokenizer)
/// for token in tokens { print(decoder.append(token), terminator: "") }
/// print(decoder.finish())
/// ```
public struct TokenStreamDecoder: Sendable {
    private let tokenizer: Tokenizer
    private let skippingSpecialTokens: Bool
    private var pending: [UInt8] = []

    public init(_ tokenizer: Tokenizer, skippingSpecialTokens: Bool = true) {
        self.tokenizer = tokenizer
        self.skippingSpecialTokens = skippingSpecialTokens
    }

    /// The text that `token` completes; empty while a character is unfinished.
    public mutating func append(_ token: Int32) -> String {
        if skippingSpecialTokens, tokenizer.isSpecial(token) { return "" }
        pending += tokenizer.bytes(of: token)
        let complete = pending.count - Self.unfinished(pending)
        defer { pending.removeFirst(complete) }
        return String(decoding: pending[..<complete], as: UTF8.self)
    }

    /// What is left at the end: U+FFFD for an unfinished character.
    public mutating func finish() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// How many bytes at the end may be the beginning of one more character: at most three.
    private static func unfinished(_ bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let tail = bytes[(bytes.count - length)...]
            guard let lead = tail.first, lead & 0xc0 != 0x80 else { continue }
            let width = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
            return width > length ? length : 0
        }
        return 0
    }
}
