/// A loss as an integer: `floor(loss · 2^32)`, taken from the bits of an FP32 number without any floating-point
/// arithmetic, so that every machine and every consensus client computes the same value.
///
/// docs/protocol.md#helpers: NaN, the infinities, negative numbers (the sign bit, so −0 too) and values of 65,536 and
/// more have no fixed-point form and never pass the gate.
public struct FixedPointLoss: Hashable, Sendable, Comparable {
    /// `floor(loss · 2^32)`, below 2^48.
    public let value: UInt64

    /// The loss with the given FP32 bit pattern, or `nil` where it is NaN, infinite, negative or ≥ 65,536.
    public init?(bitPattern: UInt32) {
        let exponent = Int(bitPattern >> 23)  // The sign bit makes this 256 or more.
        let fraction = UInt64(bitPattern & 0x7f_ffff)
        // 65,536 = 2^16 has the biased exponent 143; NaN and the infinities have 255.
        guard exponent < 143 else { return nil }
        // A normal number is (2^23 + fraction) · 2^(exponent − 150); a subnormal fraction · 2^−149.
        let significand = exponent == 0 ? fraction : fraction | 0x80_0000
        let shift = max(exponent, 1) - 150 + 32
        value = shift >= 0 ? significand << shift : significand >> -shift  // Overlong shifts give zero.
    }

    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}
