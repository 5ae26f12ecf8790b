/// Base64 with the alphabet for names and addresses, without padding (RFC 4648, section 5; multibase `u`): tokens and invites.
public enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The longest text that `decode` reads.
    public static let maximumLength = 16_384

    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        var output: [UInt8] = []
        var (window, bits) = (UInt32(0), 0)
        for byte in bytes {
            window = window << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                output.append(alphabet[Int(window >> UInt32(bits) & 63)])
            }
            window &= 0xff
        }
        if bits > 0 { output.append(alphabet[Int(window << UInt32(6 - bits) & 63)]) }
        return String(decoding: output, as: UTF8.self)
    }

    /// The bytes, or `nil` for a character outside the alphabet (padding among them), an impossible length, or left-over bits
    /// that are not zero.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.count <= maximumLength, text.utf8.count % 4 != 1 else { return nil }
        var output: [UInt8] = []
        var (window, bits) = (UInt32(0), 0)
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            window = window << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(truncatingIfNeeded: window >> UInt32(bits)))
                window &= 1 << UInt32(bits) - 1
            }
        }
        return window == 0 ? output : nil
    }
}
