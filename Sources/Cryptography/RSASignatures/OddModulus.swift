import Primitives

/// Powers of numbers modulo an odd number, by Montgomery's multiplication (Koç, Acar and Kaliski, 1996, CIOS).
///
/// For public keys only: the time that it takes tells the numbers.
struct OddModulus: Sendable {
    /// Words of 64 bits, least significant first; the last is not zero.
    private let words: [UInt64]
    /// −modulus⁻¹ modulo 2^64.
    private let inverse: UInt64
    /// 2^(128 · words) modulo the modulus.
    private let square: [UInt64]

    /// - Parameter bytes: most significant first. `nil` where the number is even or less than 3.
    init?(bytes: [UInt8]) {
        var words = Self.words(bytes)
        while words.last == 0 { words.removeLast() }
        guard let low = words.first, low & 1 == 1, words != [1] else { return nil }
        self.words = words
        // Each step doubles the bits that are right.
        var inverse: UInt64 = 1
        for _ in 0..<6 { inverse = inverse &* (2 &- low &* inverse) }
        self.inverse = 0 &- inverse
        var square = [UInt64](repeating: 0, count: words.count)
        square[0] = 1
        for _ in 0..<128 * words.count { Self.double(&square, modulo: words) }
        self.square = square
    }

    /// Bits of the modulus.
    var bitCount: Int { words.count * 64 - (words.last?.leadingZeroBitCount ?? 0) }
    var byteCount: Int { (bitCount + 7) / 8 }

    /// `base` to the power of `exponent`, in `byteCount` bytes; `nil` where `base` is not below the modulus.
    func power(_ base: [UInt8], _ exponent: UInt32) -> [UInt8]? {
        var base = Self.words(base)
        while base.count > words.count, base.last == 0 { base.removeLast() }
        guard base.count <= words.count else { return nil }
        base += [UInt64](repeating: 0, count: words.count - base.count)
        guard Self.isLess(base, words), exponent > 0 else { return nil }
        let factor = multiply(base, square)
        var result = factor
        for bit in (0..<(31 - exponent.leadingZeroBitCount)).reversed() {
            result = multiply(result, result)
            if exponent >> UInt32(bit) & 1 == 1 { result = multiply(result, factor) }
        }
        var one = [UInt64](repeating: 0, count: words.count)
        one[0] = 1
        let bytes = multiply(result, one).reversed().flatMap(\.bigEndianBytes)
        return Array(bytes.suffix(byteCount))
    }

    /// `left · right / 2^(64 · words)`, reduced.
    private func multiply(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
        let count = words.count
        var sum = [UInt64](repeating: 0, count: count + 2)
        for factor in right {
            var carry: UInt64 = 0
            for place in 0..<count { (sum[place], carry) = Self.step(left[place], factor, sum[place], carry) }
            Self.add(carry, to: &sum, at: count)
            let quotient = sum[0] &* inverse
            carry = Self.step(words[0], quotient, sum[0], 0).high
            for place in 1..<count { (sum[place - 1], carry) = Self.step(words[place], quotient, sum[place], carry) }
            let top = sum[count].addingReportingOverflow(carry)
            sum[count - 1] = top.partialValue
            sum[count] = sum[count + 1] &+ (top.overflow ? 1 : 0)
            sum[count + 1] = 0
        }
        var result = Array(sum.prefix(count))
        if sum[count] != 0 || !Self.isLess(result, words) { Self.subtract(words, from: &result) }
        return result
    }

    /// `left · right + addend + carry`, which two words always hold.
    private static func step(
        _ left: UInt64, _ right: UInt64, _ addend: UInt64, _ carry: UInt64
    ) -> (low: UInt64, high: UInt64) {
        let product = left.multipliedFullWidth(by: right)
        let first = product.low.addingReportingOverflow(addend)
        let second = first.partialValue.addingReportingOverflow(carry)
        return (second.partialValue, product.high &+ (first.overflow ? 1 : 0) &+ (second.overflow ? 1 : 0))
    }

    private static func add(_ carry: UInt64, to sum: inout [UInt64], at place: Int) {
        let top = sum[place].addingReportingOverflow(carry)
        sum[place] = top.partialValue
        sum[place + 1] = top.overflow ? 1 : 0
    }

    private static func double(_ number: inout [UInt64], modulo words: [UInt64]) {
        var carry: UInt64 = 0
        for place in number.indices {
            let word = number[place]
            number[place] = word << 1 | carry
            carry = word >> 63
        }
        if carry == 1 || !isLess(number, words) { subtract(words, from: &number) }
    }

    private static func subtract(_ other: [UInt64], from number: inout [UInt64]) {
        var borrow = false
        for place in number.indices {
            let first = number[place].subtractingReportingOverflow(other[place])
            let second = first.partialValue.subtractingReportingOverflow(borrow ? 1 : 0)
            number[place] = second.partialValue
            borrow = first.overflow || second.overflow
        }
    }

    private static func isLess(_ left: [UInt64], _ right: [UInt64]) -> Bool {
        for place in left.indices.reversed() where left[place] != right[place] { return left[place] < right[place] }
        return false
    }

    private static func words(_ bytes: [UInt8]) -> [UInt64] {
        stride(from: bytes.count, to: 0, by: -8).map { end in
            bytes[max(0, end - 8)..<end].reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}
