/// Powers of integers modulo another, of any length: for RSA's public keys and the precompiled contract `modexp`.
///
/// Integers are little-endian arrays of words. For public numbers only: the time that it takes tells them.
public enum ModularPower {
    /// The words of a number in big-endian bytes, without zeros at the end.
    public static func words(_ bigEndian: [UInt8]) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: (bigEndian.count + 7) / 8)
        for (index, byte) in bigEndian.reversed().enumerated() {
            words[index / 8] |= UInt64(byte) << UInt64(8 * (index % 8))
        }
        while words.last == 0 { words.removeLast() }
        return words
    }

    /// A number in `count` big-endian bytes; what does not fit is cut off.
    public static func bytes(_ words: [UInt64], count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        for index in 0..<count where index / 8 < words.count {
            bytes[count - 1 - index] = UInt8(truncatingIfNeeded: words[index / 8] >> UInt64(8 * (index % 8)))
        }
        return bytes
    }

    /// base^exponent mod modulus, in as many words as the modulus.
    ///
    /// - Parameters:
    ///   - exponent: big-endian.
    ///   - modulus: its last word is not zero.
    public static func power(_ base: [UInt64], _ exponent: [UInt8], _ modulus: [UInt64]) -> [UInt64] {
        guard let first = exponent.firstIndex(where: { $0 != 0 }) else { return remainder([1], modulus) }
        let (reduced, digits) = (remainder(base, modulus), exponent[first...])
        if modulus.count == 1 { return [power(reduced[0], digits, modulus[0])] }
        return modulus[0] & 1 == 1 ? oddPower(reduced, digits, modulus) : plainPower(reduced, digits, modulus)
    }

    /// The same by divisions, for a base less than the modulus, of as many words.
    static func plainPower(_ base: [UInt64], _ exponent: ArraySlice<UInt8>, _ modulus: [UInt64]) -> [UInt64] {
        let n = modulus.count
        var result = remainder([1], modulus)
        for byte in exponent {
            for bit in (0..<8).reversed() {
                result = remainder(multiply(result, result, n), modulus)
                if byte >> UInt8(bit) & 1 == 1 { result = remainder(multiply(result, base, n), modulus) }
            }
        }
        return result
    }

    /// The same for one word, where an operation costs the least gas: no arrays.
    private static func power(_ base: UInt64, _ exponent: ArraySlice<UInt8>, _ modulus: UInt64) -> UInt64 {
        var result = 1 % modulus
        for byte in exponent {
            for bit in (0..<8).reversed() {
                result = modulus.dividingFullWidth(result.multipliedFullWidth(by: result)).remainder
                if byte >> UInt8(bit) & 1 == 1 {
                    result = modulus.dividingFullWidth(result.multipliedFullWidth(by: base)).remainder
                }
            }
        }
        return result
    }

    private static func multiply(_ a: [UInt64], _ b: [UInt64], _ n: Int) -> [UInt64] {
        var product = [UInt64](repeating: 0, count: 2 * n)
        for i in 0..<n where a[i] != 0 {
            var carry: UInt64 = 0
            for j in 0..<n {
                let sum = UInt128(a[i]) &* UInt128(b[j]) &+ UInt128(product[i + j]) &+ UInt128(carry)
                product[i + j] = UInt64(truncatingIfNeeded: sum)
                carry = UInt64(truncatingIfNeeded: sum >> 64)
            }
            product[i + n] = carry
        }
        return product
    }

    /// `value` mod `modulus`, as many words as the modulus.
    static func remainder(_ value: [UInt64], _ modulus: [UInt64]) -> [UInt64] {
        var dividend = value + [0]
        var divisor = modulus
        dividend.withUnsafeMutableBufferPointer { u in
            divisor.withUnsafeMutableBufferPointer { d in
                guard let u = u.baseAddress, let d = d.baseAddress else { return }
                WordDivision.divide(u, count: value.count, by: d, count: modulus.count, quotient: nil)
            }
        }
        let n = modulus.count
        return dividend.count >= n
            ? Array(dividend.prefix(n)) : dividend + [UInt64](repeating: 0, count: n - dividend.count)
    }
}
