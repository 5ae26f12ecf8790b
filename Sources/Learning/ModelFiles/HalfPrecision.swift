/// IEEE 754 binary16 and bfloat16 by their bits, the same on every machine whether or not it has such types.
public enum HalfPrecision {
    /// The exact FP32 value of a binary16 bit pattern; NaN payloads are kept.
    @inlinable public static func float(_ half: UInt16) -> Float {
        let sign = UInt32(half & 0x8000) << 16
        let exponent = UInt32(half >> 10) & 0x1f
        let fraction = UInt32(half & 0x3ff)
        if exponent == 0x1f { return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13) }
        if exponent == 0 {
            // Zero or subnormal: the integer times 2^-24 is exact in FP32.
            let magnitude = Float(fraction) * Float(bitPattern: 0x3380_0000)
            return Float(bitPattern: sign | magnitude.bitPattern)
        }
        return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }

    /// The exact FP32 value of a bfloat16 bit pattern.
    @inlinable public static func float(brain: UInt16) -> Float {
        Float(bitPattern: UInt32(brain) << 16)
    }

    /// The binary16 bit pattern nearest to `value`, ties to even; overflow gives infinity, NaN the quiet NaN.
    @inlinable public static func bits(_ value: Float) -> UInt16 {
        let pattern = value.bitPattern
        let sign = UInt16(truncatingIfNeeded: pattern >> 16) & 0x8000
        let magnitude = pattern & 0x7fff_ffff
        if magnitude > 0x7f80_0000 { return sign | 0x7e00 }
        // 65,520 and more round to infinity.
        if magnitude >= 0x477f_f000 { return sign | 0x7c00 }
        if magnitude < 0x3880_0000 {
            // Below 2^-14 the result is subnormal: a shift of the significand with rounding.
            let exponent = magnitude >> 23
            if exponent < 102 { return sign }
            let significand = magnitude & 0x7f_ffff | 0x80_0000
            return sign | UInt16(truncatingIfNeeded: roundedShift(significand, by: 126 - exponent))
        }
        // A carry out of the fraction runs into the exponent, as it should.
        return sign | UInt16(truncatingIfNeeded: roundedShift(magnitude - 0x3800_0000, by: 13))
    }

    /// `value / 2^shift`, rounded to nearest, ties to even.
    @usableFromInline static func roundedShift(_ value: UInt32, by shift: UInt32) -> UInt32 {
        let half: UInt32 = 1 << (shift - 1)
        let kept = value >> shift
        let rest = value & (1 << shift - 1)
        return rest > half || (rest == half && kept & 1 == 1) ? kept + 1 : kept
    }
}
