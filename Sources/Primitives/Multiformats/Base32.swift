/// Base32 of RFC 4648 in lower case without padding (multibase `b`), the text form of content ids.
public enum Base32 {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    /// The longest text that `decode` reads.
    public static let maximumLength = 1024

    public static func encode(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        var (window, bits) = (UInt32(0), 0)
        for byte in bytes {
            window = window << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                output.append(alphabet[Int(window >> UInt32(bits) & 31)])
            }
            window &= 0xff
        }
        if bits > 0 { output.append(alphabet[Int(window << UInt32(5 - bits) & 31)]) }
        return String(decoding: output, as: UTF8.self)
    }

    /// The bytes, or `nil` for a character outside the alphabet, an impossible length, or left-over bits that are
    /// not zero.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.count <= maximumLength, ![1, 3, 6].contains(text.utf8.count % 8) else { return nil }
        var output: [UInt8] = []
        var (window, bits) = (UInt32(0), 0)
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            window = window << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(truncatingIfNeeded: window >> UInt32(bits)))
                window &= 1 << UInt32(bits) - 1
            }
        }
        return window == 0 ? output : nil
    }
}
