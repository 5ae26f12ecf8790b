/// Base32 of RFC 4648 in lower case without padding (multibase `b`), the text form of content ids.
public enum Base32 {
    private static let digits = BitDigits("abcdefghijklmnopqrstuvwxyz234567", bits: 5)

    /// The longest text that `decode` reads.
    public static let maximumLength = 1024

    public static func encode(_ bytes: [UInt8]) -> String { digits.encode(bytes) }

    /// The bytes, or `nil` for a character outside the alphabet, an impossible length, or left-over bits that are
    /// not zero.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        text.utf8.count <= maximumLength ? digits.decode(text) : nil
    }
}
