extension UInt256 {
    /// The sum and whether it wrapped.
    @inlinable public func addingReportingOverflow(_ other: Self) -> (partialValue: Self, overflow: Bool) {
        let (low, carry) = self.low.addingReportingOverflow(other.low)
        let (high, first) = self.high.addingReportingOverflow(other.high)
        let (sum, second) = high.addingReportingOverflow(carry ? 1 : 0)
        return (Self(high: sum, low: low), first || second)
    }

    /// The difference and whether it wrapped.
    @inlinable public func subtractingReportingOverflow(_ other: Self) -> (partialValue: Self, overflow: Bool) {
        let (low, borrow) = self.low.subtractingReportingOverflow(other.low)
        let (high, first) = self.high.subtractingReportingOverflow(other.high)
        let (difference, second) = high.subtractingReportingOverflow(borrow ? 1 : 0)
        return (Self(high: difference, low: low), first || second)
    }

    @inlinable public static func &+ (left: Self, right: Self) -> Self { left.addingReportingOverflow(right).partialValue }
    @inlinable public static func &- (left: Self, right: Self) -> Self { left.subtractingReportingOverflow(right).partialValue }

    /// The product modulo 2^256.
    @inlinable public static func &* (left: Self, right: Self) -> Self {
        let product = product(left.low, right.low)
        let cross = left.high &* right.low &+ left.low &* right.high
        return Self(high: product.high &+ cross, low: product.low)
    }

    @inlinable public static func & (left: Self, right: Self) -> Self { Self(high: left.high & right.high, low: left.low & right.low) }
    @inlinable public static func | (left: Self, right: Self) -> Self { Self(high: left.high | right.high, low: left.low | right.low) }
    @inlinable public static func ^ (left: Self, right: Self) -> Self { Self(high: left.high ^ right.high, low: left.low ^ right.low) }
    @inlinable public static prefix func ~ (value: Self) -> Self { Self(high: ~value.high, low: ~value.low) }

    /// Logical shift left; 256 and more give zero.
    @inlinable public static func << (value: Self, by: Int) -> Self {
        switch by {
        case 0: value
        case 1..<128: Self(high: value.high << UInt128(by) | value.low >> UInt128(128 - by), low: value.low << UInt128(by))
        case 128..<256: Self(high: value.low << UInt128(by - 128), low: 0)
        default: .zero
        }
    }

    /// Logical shift right; 256 and more give zero.
    @inlinable public static func >> (value: Self, by: Int) -> Self {
        switch by {
        case 0: value
        case 1..<128: Self(high: value.high >> UInt128(by), low: value.low >> UInt128(by) | value.high << UInt128(128 - by))
        case 128..<256: Self(high: 0, low: value.high >> UInt128(by - 128))
        default: .zero
        }
    }
}
