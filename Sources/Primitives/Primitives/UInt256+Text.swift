extension UInt256: CustomStringConvertible {
    /// Decimal digits.
    public var description: String {
        if high == 0 { return String(low) }
        var digits: [String] = []
        var value = self
        let chunk = UInt256(1_000_000_000_000_000_000)
        while !value.isZero, let (quotient, remainder) = value.quotientAndRemainder(dividingBy: chunk) {
            digits.append(String(remainder.low))
            value = quotient
        }
        let head = digits.last ?? "0"
        return digits.dropLast().reversed().reduce(head) { text, part in
            text + String(repeating: "0", count: 18 - part.count) + part
        }
    }

    /// `0x`-prefixed hexadecimal without leading zeros, the JSON-RPC QUANTITY form; zero is `0x0`.
    public var quantityHex: String {
        let text = bigEndianHash.bytes.bareHex.drop { $0 == "0" }
        return text.isEmpty ? "0x0" : "0x" + text
    }

    /// Parses decimal digits; `nil` for anything else or more than 256 bits.
    public init?(decimal text: some StringProtocol) {
        guard !text.isEmpty else { return nil }
        var value = UInt256.zero
        for character in text.utf8 {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character) else { return nil }
            guard value <= Self.max.quotientAndRemainder(dividingBy: 10)?.quotient ?? .zero else { return nil }
            let (sum, overflow) = (value &* 10).addingReportingOverflow(UInt256(UInt64(character - 48)))
            guard !overflow else { return nil }
            value = sum
        }
        self = value
    }
}
