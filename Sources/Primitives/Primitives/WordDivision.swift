/// Division of long unsigned integers by words of 64 bits: Knuth's Algorithm D (TAOCP 4.3.1), with the reciprocals of
/// Möller and Granlund ("Improved division by invariant integers", 2011) in place of the processor's slow division.
///
/// Integers are little-endian arrays of words.
public enum WordDivision {
    /// floor((2^128 - 1) / divisor) - 2^64 of a divisor whose top bit is set.
    @inlinable static func reciprocal(_ divisor: UInt64) -> UInt64 {
        UInt64(truncatingIfNeeded: (UInt128(~divisor) << 64 | UInt128(UInt64.max)) / UInt128(divisor))
    }

    /// The reciprocal of a divisor of two words whose top bit is set.
    @inlinable static func reciprocal(_ high: UInt64, _ low: UInt64) -> UInt64 {
        var value = reciprocal(high)
        var rest = high &* value &+ low
        if rest < low {
            value &-= 1
            if rest >= high {
                value &-= 1
                rest &-= high
            }
            rest &-= high
        }
        let product = value.multipliedFullWidth(by: low)
        rest &+= product.high
        if rest < product.high {
            value &-= 1
            if rest > high || (rest == high && product.low >= low) { value &-= 1 }
        }
        return value
    }

    /// Two words by one; `high` is less than `divisor`, whose top bit is set.
    @inlinable static func divide(
        _ high: UInt64, _ low: UInt64, by divisor: UInt64, reciprocal: UInt64
    ) -> (quotient: UInt64, remainder: UInt64) {
        let estimate = UInt128(reciprocal) &* UInt128(high) &+ (UInt128(high) << 64 | UInt128(low))
        var quotient = UInt64(truncatingIfNeeded: estimate >> 64) &+ 1
        var remainder = low &- quotient &* divisor
        if remainder > UInt64(truncatingIfNeeded: estimate) {
            quotient &-= 1
            remainder &+= divisor
        }
        if remainder >= divisor {
            quotient &+= 1
            remainder &-= divisor
        }
        return (quotient, remainder)
    }

    /// Three words by two; the upper two words are less than `divisor`, whose top bit is set.
    @inlinable static func divide(
        _ high: UInt64, _ middle: UInt64, _ low: UInt64, by divisor: UInt128, reciprocal: UInt64
    ) -> (quotient: UInt64, remainder: UInt128) {
        let estimate = UInt128(reciprocal) &* UInt128(high) &+ (UInt128(high) << 64 | UInt128(middle))
        let guess = UInt64(truncatingIfNeeded: estimate >> 64)
        let divisorHigh = UInt64(truncatingIfNeeded: divisor >> 64)
        let divisorLow = UInt64(truncatingIfNeeded: divisor)
        let rest = middle &- guess &* divisorHigh
        var remainder = (UInt128(rest) << 64 | UInt128(low)) &- UInt128(divisorLow) &* UInt128(guess) &- divisor
        var quotient = guess &+ 1
        if UInt64(truncatingIfNeeded: remainder >> 64) >= UInt64(truncatingIfNeeded: estimate) {
            quotient &-= 1
            remainder &+= divisor
        }
        if remainder >= divisor {
            quotient &+= 1
            remainder &-= divisor
        }
        return (quotient, remainder)
    }

    /// Divides `dividend` by `divisor` and leaves the remainder in `dividend`.
    ///
    /// - Parameters:
    ///   - dividend: `dividendCount` words, and room for one more behind them.
    ///   - divisor: `divisorCount` words, not all zero; shifted left on return.
    ///   - quotient: `dividendCount` zero words, or `nil` when only the remainder is wanted.
    @inlinable public static func divide(
        _ dividend: UnsafeMutablePointer<UInt64>, count dividendCount: Int, by divisor: UnsafeMutablePointer<UInt64>,
        count divisorCount: Int, quotient: UnsafeMutablePointer<UInt64>?
    ) {
        var m = dividendCount
        var n = divisorCount
        while n > 0, divisor[n - 1] == 0 { n -= 1 }
        while m > 0, dividend[m - 1] == 0 { m -= 1 }
        guard n > 0, m >= n else { return }
        let shift = UInt64(divisor[n - 1].leadingZeroBitCount)
        dividend[m] = 0
        if shift > 0 {
            for index in stride(from: n - 1, to: 0, by: -1) {
                divisor[index] = divisor[index] &<< shift | divisor[index - 1] &>> (64 &- shift)
            }
            divisor[0] = divisor[0] &<< shift
            for index in stride(from: m, to: 0, by: -1) {
                dividend[index] = dividend[index] &<< shift | dividend[index - 1] &>> (64 &- shift)
            }
            dividend[0] = dividend[0] &<< shift
        }
        if n == 1 {
            divideByWord(dividend, count: m, by: divisor[0], quotient: quotient)
        } else {
            divideByWords(dividend, count: m, by: divisor, count: n, quotient: quotient)
        }
        if shift > 0 {
            for index in 0..<n {
                dividend[index] = dividend[index] &>> shift | (index + 1 < n ? dividend[index + 1] &<< (64 &- shift) : 0)
            }
        }
    }

    @inlinable static func divideByWord(
        _ dividend: UnsafeMutablePointer<UInt64>, count: Int, by divisor: UInt64, quotient: UnsafeMutablePointer<UInt64>?
    ) {
        let inverse = reciprocal(divisor)
        var rest = dividend[count]
        dividend[count] = 0
        for index in stride(from: count - 1, through: 0, by: -1) {
            let (digit, remainder) = divide(rest, dividend[index], by: divisor, reciprocal: inverse)
            quotient?[index] = digit
            rest = remainder
            dividend[index] = 0
        }
        dividend[0] = rest
    }

    @inlinable static func divideByWords(
        _ dividend: UnsafeMutablePointer<UInt64>, count m: Int, by divisor: UnsafeMutablePointer<UInt64>, count n: Int,
        quotient: UnsafeMutablePointer<UInt64>?
    ) {
        let top = UInt128(divisor[n - 1]) << 64 | UInt128(divisor[n - 2])
        let inverse = reciprocal(divisor[n - 1], divisor[n - 2])
        for j in stride(from: m - n, through: 0, by: -1) {
            let u2 = dividend[j + n]
            let u1 = dividend[j + n - 1]
            let u0 = dividend[j + n - 2]
            var digit: UInt64
            if (UInt128(u2) << 64 | UInt128(u1)) == top {
                digit = .max
                dividend[j + n] = u2 &- subtractProduct(dividend + j, divisor, n, digit)
            } else {
                var remainder: UInt128
                (digit, remainder) = divide(u2, u1, u0, by: top, reciprocal: inverse)
                let borrow = subtractProduct(dividend + j, divisor, n - 2, digit)
                let negative = remainder < UInt128(borrow)
                remainder &-= UInt128(borrow)
                dividend[j + n - 2] = UInt64(truncatingIfNeeded: remainder)
                dividend[j + n - 1] = UInt64(truncatingIfNeeded: remainder >> 64)
                if negative {
                    digit &-= 1
                    _ = add(dividend + j, divisor, n)
                }
                dividend[j + n] = 0
            }
            quotient?[j] = digit
        }
    }

    /// target -= factor · words; returns the borrow.
    @inlinable static func subtractProduct(
        _ target: UnsafeMutablePointer<UInt64>, _ words: UnsafeMutablePointer<UInt64>, _ count: Int, _ factor: UInt64
    ) -> UInt64 {
        var borrow: UInt64 = 0
        for index in 0..<count {
            let product = UInt128(words[index]) &* UInt128(factor) &+ UInt128(borrow)
            let low = UInt64(truncatingIfNeeded: product)
            borrow = UInt64(truncatingIfNeeded: product >> 64) &+ (target[index] < low ? 1 : 0)
            target[index] = target[index] &- low
        }
        return borrow
    }

    /// target += words; returns the carry.
    @inlinable static func add(
        _ target: UnsafeMutablePointer<UInt64>, _ words: UnsafeMutablePointer<UInt64>, _ count: Int
    ) -> UInt64 {
        var carry: UInt64 = 0
        for index in 0..<count {
            let sum = UInt128(target[index]) &+ UInt128(words[index]) &+ UInt128(carry)
            target[index] = UInt64(truncatingIfNeeded: sum)
            carry = UInt64(truncatingIfNeeded: sum >> 64)
        }
        return carry
    }
}
