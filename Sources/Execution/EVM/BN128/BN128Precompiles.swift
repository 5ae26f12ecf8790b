import Primitives

/// Addition, multiplication and the pairing check on alt_bn128 (EIPs 196, 197).
enum BN128Precompiles {
    /// The first `count` bytes, with zeros where the input ends.
    private static func padded(_ input: [UInt8], _ count: Int) -> ArraySlice<UInt8> {
        (input.prefix(count) + [UInt8](repeating: 0, count: max(0, count - input.count)))[...]
    }

    static func add(_ input: [UInt8]) -> [UInt8]? {
        let bytes = padded(input, 128)
        guard let a = BNPoint1(bytes[..<64]), let b = BNPoint1(bytes[64...]) else { return nil }
        return (a + b).encoded
    }

    static func multiply(_ input: [UInt8]) -> [UInt8]? {
        let bytes = padded(input, 96)
        guard let point = BNPoint1(bytes[..<64]), let scalar = UInt256(bigEndianBytes: bytes[64...])
        else { return nil }
        return (point * scalar).encoded
    }

    static func pairing(_ input: [UInt8]) -> [UInt8]? {
        guard input.count % 192 == 0 else { return nil }
        var pairs: [(BNPoint1, BNPoint2)] = []
        for start in stride(from: 0, to: input.count, by: 192) {
            guard let p = BNPoint1(input[start..<start + 64]),
                let q = BNPoint2(input[start + 64..<start + 192])
            else { return nil }
            pairs.append((p, q))
        }
        return [UInt8](repeating: 0, count: 31) + [BNPairing.isOne(pairs) ? 1 : 0]
    }
}
