import Primitives
import Testing

/// Long division bit by bit: the slow twin.
private func slowDivide(_ dividend: UInt256, _ divisor: UInt256) -> (quotient: UInt256, remainder: UInt256) {
    var quotient = UInt256.zero
    var remainder = UInt256.zero
    for bit in stride(from: 255, through: 0, by: -1) {
        let carry = remainder.isNegative
        remainder = remainder << 1 | (dividend.bit(bit) ? .one : .zero)
        if carry || remainder >= divisor {
            remainder = remainder &- divisor
            quotient = quotient | UInt256.one << bit
        }
    }
    return (quotient, remainder)
}

/// Multiplication by doubling and adding, each step reduced: the slow twin.
private func slowMultiply(_ a: UInt256, _ b: UInt256, modulo modulus: UInt256) -> UInt256 {
    func add(_ x: UInt256, _ y: UInt256) -> UInt256 {
        let (sum, overflow) = x.addingReportingOverflow(y)
        return overflow || sum >= modulus ? sum &- modulus : sum
    }
    let reduced = slowDivide(a, modulus).remainder
    var result = UInt256.zero
    for bit in stride(from: 255, through: 0, by: -1) {
        result = add(result, result)
        if b.bit(bit) { result = add(result, reduced) }
    }
    return result
}

@Suite struct UInt256DivisionTests {
    /// Operands whose words are often all ones, all zero or one off a power of two, where estimates go wrong.
    static func operands(seed: UInt64, count: Int) -> [UInt256] {
        var state = seed
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
        func word() -> UInt128 {
            switch next() >> 60 {
            case 0...2: 0
            case 3...5: UInt128(UInt64.max)
            case 6: 1
            case 7: UInt128(UInt64.max) - 1
            case 8: 1 << 63
            default: UInt128(next())
            }
        }
        return (0..<count).map { _ in
            UInt256(high: word() << 64 | word(), low: word() << 64 | word()) >> (Int(next() >> 61) * 23)
        }
    }

    @Test func divisionAgreesWithItsSlowTwin() {
        let values = Self.operands(seed: 1, count: 600)
        for (a, b) in Array(zip(values, values.reversed())) + Array(zip(values, values.dropFirst(7))) where !b.isZero {
            let fast = a.quotientAndRemainder(dividingBy: b)
            let slow = slowDivide(a, b)
            #expect(fast?.quotient == slow.quotient && fast?.remainder == slow.remainder, "\(a) / \(b)")
        }
        #expect(UInt256.max.quotientAndRemainder(dividingBy: .zero) == nil)
        #expect(UInt256.zero.quotientAndRemainder(dividingBy: .zero) == nil)
    }

    @Test func modularArithmeticAgreesWithItsSlowTwin() {
        let values = Self.operands(seed: 2, count: 300)
        for ((a, b), m) in zip(zip(values, values.reversed()), values.dropFirst(3)) where !m.isZero {
            #expect(a.multiplying(b, modulo: m) == slowMultiply(a, b, modulo: m), "\(a) * \(b) mod \(m)")
            let x = slowDivide(a, m).remainder
            let y = slowDivide(b, m).remainder
            let (sum, overflow) = x.addingReportingOverflow(y)
            #expect(a.adding(b, modulo: m) == (overflow || sum >= m ? sum &- m : sum), "\(a) + \(b) mod \(m)")
        }
        #expect(UInt256.max.multiplying(.max, modulo: .zero) == .zero)
        #expect(UInt256.max.adding(.max, modulo: .zero) == .zero)
    }

    @Test func quotientAndRemainderRebuildTheProduct() {
        let values = Self.operands(seed: 3, count: 400)
        for (a, b) in zip(values, values.dropFirst()) where !b.isZero {
            let product = a.multipliedFullWidth(by: b)
            #expect(product.low == a &* b)
            if product.high.isZero { #expect(product.low.quotientAndRemainder(dividingBy: b)?.quotient == a) }
        }
    }

    @Test func powersAndSigns() throws {
        #expect(UInt256(3).power(5) == 243)
        #expect(UInt256(2).power(255) == UInt256.one << 255)
        #expect(UInt256(2).power(256) == .zero)
        #expect(UInt256.zero.power(.zero) == .one)
        let minusSeven = UInt256(7).negated
        #expect(minusSeven.signedQuotient(2) == UInt256(3).negated)
        #expect(minusSeven.signedRemainder(2) == UInt256(1).negated)
        #expect((UInt256.one << 255).signedQuotient(.max) == UInt256.one << 255)
        #expect(minusSeven.arithmeticShiftRight(1) == UInt256(4).negated)
        #expect(UInt256(0xff).signExtended(fromByte: 0) == .max)
        #expect(UInt256(0x17f).signExtended(fromByte: 0) == 0x7f)
        #expect(minusSeven.isSignedLess(than: 1) && !UInt256(1).isSignedLess(than: minusSeven))
    }
}
