/// Two's-complement arithmetic on the same 256 bits, as the EVM's signed instructions see them.
extension UInt256 {
    /// Whether the sign bit is set.
    @inlinable public var isNegative: Bool { high >> 127 == 1 }

    /// The two's complement.
    @inlinable public var negated: Self { .zero &- self }

    @inlinable public var magnitude: Self { isNegative ? negated : self }

    /// The signed quotient rounded toward zero; zero when `divisor` is zero.
    public func signedQuotient(_ divisor: Self) -> Self {
        guard let quotient = magnitude.quotientAndRemainder(dividingBy: divisor.magnitude)?.quotient else { return .zero }
        return isNegative != divisor.isNegative ? quotient.negated : quotient
    }

    /// The remainder with the sign of `self`; zero when `divisor` is zero.
    public func signedRemainder(_ divisor: Self) -> Self {
        guard let remainder = magnitude.quotientAndRemainder(dividingBy: divisor.magnitude)?.remainder else { return .zero }
        return isNegative ? remainder.negated : remainder
    }

    @inlinable public func isSignedLess(than other: Self) -> Bool {
        isNegative == other.isNegative ? self < other : isNegative
    }

    /// Shift right that keeps the sign.
    @inlinable public func arithmeticShiftRight(_ by: Int) -> Self {
        guard isNegative else { return self >> by }
        return by >= 256 ? .max : ~(~self >> by)
    }

    /// Extends the sign of the byte at `index`, counted from the least significant.
    @inlinable public func signExtended(fromByte index: Int) -> Self {
        let bits = 8 * (index + 1)
        guard bits < 256 else { return self }
        let mask = Self.max >> (256 - bits)
        return bit(bits - 1) ? self | ~mask : self & mask
    }
}
