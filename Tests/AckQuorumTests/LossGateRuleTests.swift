import AckQuorum
import TestSupport
import Testing
import SSZOracle

@Suite struct LossGateRuleTests {
    /// `floor(loss · 2^32)` by exact Double arithmetic: a Float is a Double, and the product with a power of two is exact.
    private func oracle(_ loss: Float) -> UInt64? {
        guard loss.isFinite, loss.sign == .plus, loss < 65_536 else { return nil }
        return UInt64((Double(loss) * 4_294_967_296).rounded(.down))
    }

    @Test func fixedPointAgreesWithDouble() {
        var generator = SeededGenerator(seed: 7)
        var patterns: [UInt32] = [0, 1, 0x7f_ffff, 0x80_0000, 0x477f_ffff, 0x4780_0000, 0x7f80_0000, 0x7fc0_0000, 0x8000_0000, 0xbf80_0000]
        for _ in 0..<20_000 { patterns.append(UInt32.random(in: 0...UInt32.max, using: &generator)) }
        for pattern in patterns {
            #expect(FixedPointLoss(bitPattern: pattern)?.value == oracle(Float(bitPattern: pattern)), "pattern \(pattern)")
        }
    }

    @Test func gate() {
        #expect(LossGateRule.passes(lossBefore: 4, lossAfter: 3.99))
        #expect(!LossGateRule.passes(lossBefore: 4, lossAfter: 3.999))
        // 999/1000 exactly does not pass, the next float below does.
        #expect(!LossGateRule.passes(lossBefore: 1000, lossAfter: 999))
        #expect(LossGateRule.passes(lossBefore: 1000, lossAfter: Float(999).nextDown))
        // Below 0.05 an update must not worsen the loss.
        #expect(LossGateRule.passes(lossBefore: 0.04, lossAfter: 0.04))
        #expect(!LossGateRule.passes(lossBefore: 0.04, lossAfter: Float(0.04).nextUp))
        #expect(!LossGateRule.passes(lossBefore: 0.051, lossAfter: 0.051))
        for bad in [Float.nan, .infinity, -1, 65_536, -0.0] {
            #expect(!LossGateRule.passes(lossBefore: bad, lossAfter: 0))
            #expect(!LossGateRule.passes(lossBefore: 4, lossAfter: bad))
        }
    }
}
