extension LineBuffer.Key {
    /// Bytes of one sequence that are read at most.
    private static let longestSequence = 32

    /// The key of an escape sequence (ECMA-48: parameters, then a final byte), whose first byte was read; it is read to its end. `nil`
    /// for keys that mean nothing here.
    ///
    /// - Parameter next: the next byte that was typed; `nil` at the end.
    init?(escape next: () -> UInt8?) {
        let read: Self?
        switch next() {
        case UInt8(ascii: "O"): read = next().flatMap { Self(code: $0, number: 0) }
        case UInt8(ascii: "["): read = Self.controlSequence(next)
        default: read = nil
        }
        guard let key = read else { return nil }
        self = key
    }

    private static func controlSequence(_ next: () -> UInt8?) -> Self? {
        var parameters: [UInt8] = []
        while parameters.count < longestSequence, let byte = next() {
            guard (0x40...0x7e).contains(byte) else {
                parameters.append(byte)
                continue
            }
            // The Linux console's F1 to F5 are one letter longer.
            if byte == UInt8(ascii: "["), parameters.isEmpty {
                _ = next()
                return nil
            }
            // A second parameter says which of Shift, Alt and Ctrl are held.
            let number = Int(String(decoding: parameters.prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)) ?? 0
            return Self(code: byte, number: number)
        }
        return nil
    }

    private init?(code: UInt8, number: Int) {
        switch (code, number) {
        case (UInt8(ascii: "A"), _): self = .up
        case (UInt8(ascii: "B"), _): self = .down
        case (UInt8(ascii: "C"), _): self = .right
        case (UInt8(ascii: "D"), _): self = .left
        case (UInt8(ascii: "H"), _), (UInt8(ascii: "~"), 1), (UInt8(ascii: "~"), 7): self = .home
        case (UInt8(ascii: "F"), _), (UInt8(ascii: "~"), 4), (UInt8(ascii: "~"), 8): self = .end
        case (UInt8(ascii: "~"), 3): self = .delete
        default: return nil
        }
    }
}
