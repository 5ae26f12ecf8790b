extension UInt256 {
    /// The four words, least significant first.
    @inlinable var words: (UInt64, UInt64, UInt64, UInt64) {
        (
            UInt64(truncatingIfNeeded: low), UInt64(truncatingIfNeeded: low >> 64), UInt64(truncatingIfNeeded: high),
            UInt64(truncatingIfNeeded: high >> 64)
        )
    }

    @inlinable init(words w0: UInt64, _ w1: UInt64, _ w2: UInt64, _ w3: UInt64) {
        self.init(high: UInt128(w3) << 64 | UInt128(w2), low: UInt128(w1) << 64 | UInt128(w0))
    }

    /// Quotient and remainder by words (Knuth D); `nil` when `divisor` is zero.
    @inlinable public func quotientAndRemainder(dividingBy divisor: Self) -> (quotient: Self, remainder: Self)? {
        guard self >= divisor else { return (.zero, self) }
        if divisor.high == 0 {
            if divisor.low <= 1 { return divisor.low == 0 ? nil : (self, .zero) }
            if high == 0, low <= UInt128(UInt64.max) {
                let a = UInt64(truncatingIfNeeded: low)
                let b = UInt64(truncatingIfNeeded: divisor.low)
                return (Self(a / b), Self(a % b))
            }
        }
        return Self.divide(self, divisor)
    }

    @usableFromInline static func divide(_ dividend: Self, _ divisor: Self) -> (quotient: Self, remainder: Self) {
        var result = (quotient: Self.zero, remainder: Self.zero)
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 13) { buffer in
            guard let u = buffer.baseAddress else { return }
            let (d, q) = (u + 5, u + 9)
            (u[0], u[1], u[2], u[3]) = dividend.words
            (d[0], d[1], d[2], d[3]) = divisor.words
            (q[0], q[1], q[2], q[3]) = (0, 0, 0, 0)
            WordDivision.divide(u, count: 4, by: d, count: 4, quotient: q)
            result = (Self(words: q[0], q[1], q[2], q[3]), Self(words: u[0], u[1], u[2], u[3]))
        }
        return result
    }

    /// (self + other) mod modulus without losing the carry; zero when `modulus` is zero.
    public func adding(_ other: Self, modulo modulus: Self) -> Self {
        guard !modulus.isZero else { return .zero }
        let a = self < modulus ? self : self.remainder(modulus)
        let b = other < modulus ? other : other.remainder(modulus)
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow || sum >= modulus ? sum &- modulus : sum
    }

    @inline(__always) private func remainder(_ modulus: Self) -> Self {
        let difference = self &- modulus
        return difference < modulus ? difference : Self.divide(self, modulus).remainder
    }

    /// (self · other) mod modulus over the whole product; zero when `modulus` is zero.
    public func multiplying(_ other: Self, modulo modulus: Self) -> Self {
        guard !modulus.isZero else { return .zero }
        let product = multipliedFullWidth(by: other)
        if product.high.isZero, product.low < modulus { return product.low }
        var result = Self.zero
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 13) { buffer in
            guard let u = buffer.baseAddress else { return }
            let d = u + 9
            (u[0], u[1], u[2], u[3]) = product.low.words
            (u[4], u[5], u[6], u[7]) = product.high.words
            (d[0], d[1], d[2], d[3]) = modulus.words
            WordDivision.divide(u, count: 8, by: d, count: 4, quotient: nil)
            result = Self(words: u[0], u[1], u[2], u[3])
        }
        return result
    }

    /// The product of 512 bits.
    @inlinable public func multipliedFullWidth(by other: Self) -> (high: Self, low: Self) {
        let ll = Self.product(low, other.low)
        let lh = Self.product(low, other.high)
        let hl = Self.product(high, other.low)
        let hh = Self.product(high, other.high)
        let (middle, first) = lh.low.addingReportingOverflow(hl.low)
        let (upper, second) = ll.high.addingReportingOverflow(middle)
        let carry = UInt128(first ? 1 : 0) &+ UInt128(second ? 1 : 0)
        var top = Self(high: hh.high, low: hh.low) &+ Self(high: 0, low: lh.high) &+ Self(high: 0, low: hl.high)
        top = top &+ Self(high: 0, low: carry)
        return (top, Self(high: upper, low: ll.low))
    }

    /// The product of two 128-bit integers from four products of words.
    @inlinable static func product(_ a: UInt128, _ b: UInt128) -> (high: UInt128, low: UInt128) {
        let mask = UInt128(UInt64.max)
        let (a0, a1, b0, b1) = (a & mask, a >> 64, b & mask, b >> 64)
        let p00 = a0 &* b0
        let p01 = a0 &* b1
        let p10 = a1 &* b0
        let middle = (p00 >> 64) &+ (p01 & mask) &+ (p10 & mask)
        return (a1 &* b1 &+ (p01 >> 64) &+ (p10 >> 64) &+ (middle >> 64), (p00 & mask) | (middle << 64))
    }

    /// self to the power `exponent`, modulo 2^256.
    public func power(_ exponent: Self) -> Self {
        var result = Self.one
        for bit in stride(from: 255 - exponent.leadingZeroBitCount, through: 0, by: -1) {
            result = result &* result
            if exponent.bit(bit) { result = result &* self }
        }
        return result
    }

    /// Whether bit `index`, 0 the least significant, is set.
    @inlinable public func bit(_ index: Int) -> Bool {
        index < 128 ? (low >> UInt128(index)) & 1 == 1 : (high >> UInt128(index - 128)) & 1 == 1
    }
}
