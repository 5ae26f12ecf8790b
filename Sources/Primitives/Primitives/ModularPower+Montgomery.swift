/// Exponentiation modulo an odd number of any length, without divisions (Montgomery 1985), by windows of four bits.
extension ModularPower {
    /// - Parameters:
    ///   - base: less than `modulus`, as many words.
    ///   - exponent: big-endian.
    static func oddPower(_ base: [UInt64], _ exponent: ArraySlice<UInt8>, _ modulus: [UInt64])
        -> [UInt64]
    {
        let n = modulus.count
        // Newton's iteration doubles the correct bits of the inverse.
        var inverse: UInt64 = 1
        for _ in 0..<6 { inverse = inverse &* (2 &- modulus[0] &* inverse) }
        let factor = 0 &- inverse
        let one = remainder([UInt64](repeating: 0, count: n) + [1], modulus)
        let shifted = remainder([UInt64](repeating: 0, count: n) + base, modulus)
        var table = [one, shifted]
        for index in 2..<16 { table.append(multiply(table[index - 1], shifted, modulus, factor)) }
        var result = one
        var scratch = [UInt64](repeating: 0, count: n + 2)
        for byte in exponent {
            for nibble in [Int(byte >> 4), Int(byte & 15)] {
                for _ in 0..<4 { result = multiply(result, result, modulus, factor, &scratch) }
                if nibble > 0 { result = multiply(result, table[nibble], modulus, factor, &scratch) }
            }
        }
        var plainOne = [UInt64](repeating: 0, count: n)
        plainOne[0] = 1
        return multiply(result, plainOne, modulus, factor, &scratch)
    }

    private static func multiply(
        _ a: [UInt64], _ b: [UInt64], _ modulus: [UInt64], _ factor: UInt64
    ) -> [UInt64] {
        var scratch = [UInt64](repeating: 0, count: modulus.count + 2)
        return multiply(a, b, modulus, factor, &scratch)
    }

    /// a · b / 2^(64 n) mod modulus.
    private static func multiply(
        _ a: [UInt64], _ b: [UInt64], _ modulus: [UInt64], _ factor: UInt64, _ t: inout [UInt64]
    ) -> [UInt64] {
        let n = modulus.count
        return t.withUnsafeMutableBufferPointer { t in
            a.withUnsafeBufferPointer { a in
                b.withUnsafeBufferPointer { b in
                    modulus.withUnsafeBufferPointer { m in
                        t.update(repeating: 0)
                        for i in 0..<n { step(t, a[i], b, m, factor, n) }
                        return reduced(t, m, n)
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func step(
        _ t: UnsafeMutableBufferPointer<UInt64>, _ digit: UInt64, _ b: UnsafeBufferPointer<UInt64>,
        _ m: UnsafeBufferPointer<UInt64>, _ factor: UInt64, _ n: Int
    ) {
        var carry: UInt64 = 0
        for j in 0..<n {
            let sum = UInt128(digit) &* UInt128(b[j]) &+ UInt128(t[j]) &+ UInt128(carry)
            t[j] = UInt64(truncatingIfNeeded: sum)
            carry = UInt64(truncatingIfNeeded: sum >> 64)
        }
        var top = UInt128(t[n]) &+ UInt128(carry)
        t[n] = UInt64(truncatingIfNeeded: top)
        t[n + 1] = UInt64(truncatingIfNeeded: top >> 64)
        let quotient = t[0] &* factor
        carry = UInt64(truncatingIfNeeded: (UInt128(quotient) &* UInt128(m[0]) &+ UInt128(t[0])) >> 64)
        for j in 1..<max(n, 1) {
            let sum = UInt128(quotient) &* UInt128(m[j]) &+ UInt128(t[j]) &+ UInt128(carry)
            t[j - 1] = UInt64(truncatingIfNeeded: sum)
            carry = UInt64(truncatingIfNeeded: sum >> 64)
        }
        top = UInt128(t[n]) &+ UInt128(carry)
        t[n - 1] = UInt64(truncatingIfNeeded: top)
        t[n] = t[n + 1] &+ UInt64(truncatingIfNeeded: top >> 64)
    }

    private static func reduced(
        _ t: UnsafeMutableBufferPointer<UInt64>, _ m: UnsafeBufferPointer<UInt64>, _ n: Int
    ) -> [UInt64] {
        var difference = [UInt64](repeating: 0, count: n)
        var borrow: UInt64 = 0
        for index in 0..<n {
            let (first, under) = t[index].subtractingReportingOverflow(m[index])
            let (second, again) = first.subtractingReportingOverflow(borrow)
            difference[index] = second
            borrow = under || again ? 1 : 0
        }
        return t[n] >= borrow && (t[n] > 0 || borrow == 0) ? difference : Array(t[0..<n])
    }
}
