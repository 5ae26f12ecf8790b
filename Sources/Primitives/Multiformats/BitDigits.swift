/// Text of digits that hold some bits of a byte string each, the first ones first, without padding (RFC 4648).
struct BitDigits {
    /// The digits by their values: 2 to the power of `bits`.
    let alphabet: [UInt8]
    /// Of each digit, less than 8.
    let bits: Int

    init(_ alphabet: String, bits: Int) { (self.alphabet, self.bits) = (Array(alphabet.utf8), bits) }

    func encode(_ bytes: some Collection<UInt8>) -> String {
        let mask = UInt32(alphabet.count - 1)
        var output: [UInt8] = []
        var (window, count) = (UInt32(0), 0)
        for byte in bytes {
            window = window << 8 | UInt32(byte)
            count += 8
            while count >= bits {
                count -= bits
                output.append(alphabet[Int(window >> UInt32(count) & mask)])
            }
            window &= 0xff
        }
        if count > 0 { output.append(alphabet[Int(window << UInt32(bits - count) & mask)]) }
        return String(decoding: output, as: UTF8.self)
    }

    /// The bytes, or `nil` for a character outside the alphabet (padding among them), an impossible length, or left-over bits
    /// that are not zero.
    func decode(_ text: some StringProtocol) -> [UInt8]? {
        // A digit that begins no byte is one too many.
        guard text.utf8.count * bits % 8 < bits else { return nil }
        var output: [UInt8] = []
        var (window, count) = (UInt32(0), 0)
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            window = window << UInt32(bits) | UInt32(value)
            count += bits
            if count >= 8 {
                count -= 8
                output.append(UInt8(truncatingIfNeeded: window >> UInt32(count)))
                window &= 1 << UInt32(count) - 1
            }
        }
        return window == 0 ? output : nil
    }
}
