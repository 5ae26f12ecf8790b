import ModelFiles
import Testing

@Suite struct HalfPrecisionTests {
    /// Every binary16 pattern by the definition in Float64, and back.
    @Test func convertsEveryPattern() {
        for pattern in UInt16.min...UInt16.max {
            let value = HalfPrecision.float(pattern)
            let exponent = Int(pattern >> 10 & 31)
            let fraction = Double(pattern & 1023)
            if exponent == 31 {
                #expect(fraction == 0 ? value.isInfinite : value.isNaN)
                if fraction != 0 {
                    #expect(HalfPrecision.bits(value) == pattern & 0x8000 | 0x7e00)
                    continue
                }
            } else {
                let magnitude =
                    exponent == 0 ? fraction * 0x1p-24 : (1024 + fraction) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
                #expect(Double(value) == (pattern >= 0x8000 ? -magnitude : magnitude))
                #expect((value.sign == .minus) == (pattern >= 0x8000))
            }
            #expect(HalfPrecision.bits(value) == pattern)
        }
    }

    /// Between two neighbours: below the middle to the lower, above to the upper, the middle to the even one.
    @Test func roundsToNearestEven() {
        for pattern in UInt16(0)..<0x7c00 {
            let low = HalfPrecision.float(pattern)
            let high = pattern == 0x7bff ? 65_536 : HalfPrecision.float(pattern + 1)
            let middle = (low + high) / 2
            #expect(HalfPrecision.bits(middle) == (pattern % 2 == 0 ? pattern : pattern + 1))
            #expect(HalfPrecision.bits(middle.nextDown) == pattern)
            #expect(HalfPrecision.bits(middle.nextUp) == pattern + 1)
            #expect(HalfPrecision.bits(-middle.nextUp) == (pattern + 1) | 0x8000)
        }
        #expect(HalfPrecision.bits(.greatestFiniteMagnitude) == 0x7c00)
        #expect(HalfPrecision.bits(.leastNonzeroMagnitude) == 0)
        #expect(HalfPrecision.bits(-0.0) == 0x8000)
    }
}
