import Primitives

/// modexp: base^exponent mod modulus of any length (EIP-198; prices of EIP-2565 and EIP-7883, limits of EIP-7823).
enum ModularExponentiation {
    /// The three lengths at the beginning; the bytes behind them end in as many zeros as are asked for.
    private struct Lengths {
        var base, exponent, modulus: UInt256

        init(_ input: [UInt8]) {
            func word(_ index: Int) -> UInt256 {
                UInt256(bigEndianBytes: ModularExponentiation.bytes(input, 32 * index, 32)) ?? .zero
            }
            (base, exponent, modulus) = (word(0), word(1), word(2))
        }
    }

    private static func bytes(_ input: [UInt8], _ offset: Int, _ count: Int) -> [UInt8] {
        let start = min(offset, input.count)
        let slice = input[start..<min(input.count, start + count)]
        return slice + [UInt8](repeating: 0, count: count - slice.count)
    }

    static func cost(_ input: [UInt8], _ revision: EVMRevision) -> Int64 {
        let lengths = Lengths(input)
        // A length that no gas could pay for.
        let limit = UInt256(UInt64(1 << 40))
        if revision < .osaka, lengths.base.isZero, lengths.modulus.isZero { return revision >= .berlin ? 200 : 0 }
        guard lengths.base < limit, lengths.modulus < limit, lengths.exponent < UInt256(UInt64(1 << 58))
        else { return .max }
        let base = Int128(lengths.base.low)
        let exponent = Int128(lengths.exponent.low)
        let modulus = Int128(lengths.modulus.low)
        let headCount = Int(min(32, exponent))
        let head = UInt256(bigEndianBytes: bytes(input, 96 + Int(base), headCount)) ?? .zero
        let headBits = Int128(head.isZero ? 0 : 255 - head.leadingZeroBitCount)
        let factor: Int128 = revision >= .osaka ? 16 : 8
        let iterations = (exponent > 32 ? factor * (exponent - 32) : 0) + headBits
        let largest = max(base, modulus)
        let cost: Int128
        if revision >= .osaka {
            guard max(largest, exponent) <= 1024 else { return .max }
            let words = (largest + 7) / 8
            cost = max(500, (largest > 32 ? 2 * words * words : 16) * max(1, iterations))
        } else if revision >= .berlin {
            let words = (largest + 7) / 8
            cost = max(200, words * words * max(1, iterations) / 3)
        } else {
            cost = byzantiumComplexity(largest) * max(1, iterations) / 20
        }
        return Int64(exactly: cost) ?? .max
    }

    private static func byzantiumComplexity(_ x: Int128) -> Int128 {
        if x <= 64 { return x * x }
        if x <= 1024 { return x * x / 4 + 96 * x - 3072 }
        return x * x / 16 + 480 * x - 199_680
    }

    /// Called when the price is paid, which bounds the lengths unless base and modulus are both empty.
    static func run(_ input: [UInt8]) -> [UInt8]? {
        let lengths = Lengths(input)
        guard !lengths.modulus.isZero else { return [] }
        guard let base = lengths.base.asUInt64, let modulus = lengths.modulus.asUInt64, base < 1 << 40,
            modulus < 1 << 40,
            let exponent = lengths.exponent.asUInt64, exponent < 1 << 58
        else { return nil }
        let m = ModularPower.words(bytes(input, 96 + Int(base) + Int(exponent), Int(modulus)))
        guard m.contains(where: { $0 != 0 }) else { return [UInt8](repeating: 0, count: Int(modulus)) }
        let b = ModularPower.words(bytes(input, 96, Int(base)))
        // A missing exponent is zero, however long it says it is.
        let present = max(0, min(Int(exponent), input.count - 96 - Int(base)))
        var e = Array(bytes(input, 96 + Int(base), present))
        let missing = Int(exponent) - present
        if e.contains(where: { $0 != 0 }), missing > 0 { e += [UInt8](repeating: 0, count: missing) }
        return ModularPower.bytes(ModularPower.power(b, e, m), count: Int(modulus))
    }
}
