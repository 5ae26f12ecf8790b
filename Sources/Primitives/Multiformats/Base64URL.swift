/// Base64 with the alphabet for names and addresses, without padding (RFC 4648, section 5; multibase `u`): tokens and invites.
public enum Base64URL {
    private static let digits = BitDigits("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", bits: 6)

    /// The longest text that `decode` reads.
    public static let maximumLength = 16_384

    public static func encode(_ bytes: some Collection<UInt8>) -> String { digits.encode(bytes) }

    /// The bytes, or `nil` for a character outside the alphabet (padding among them), an impossible length, or left-over bits
    /// that are not zero.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        text.utf8.count <= maximumLength ? digits.decode(text) : nil
    }
}
