import Primitives

/// c0 + c1·w with w² = v: where the pairing's values lie.
struct BNField12: Equatable, Sendable, BitwiseCopyable {
    var c0, c1: BNField6

    static let one = BNField12(.one, .zero)

    init(_ c0: BNField6, _ c1: BNField6) { (self.c0, self.c1) = (c0, c1) }

    var conjugate: Self { Self(c0, -c1) }

    static func * (a: Self, b: Self) -> Self {
        let v0 = a.c0 * b.c0
        let v1 = a.c1 * b.c1
        return Self(v0 + v1.timesV, (a.c0 + a.c1) * (b.c0 + b.c1) - v0 - v1)
    }

    var squared: Self {
        let product = c0 * c1
        let c = (c0 + c1) * (c0 + c1.timesV) - product - product.timesV
        return Self(c, product + product)
    }

    /// self · (l0 + l1·w + l2·v·w): a line of the Miller loop.
    func timesLine(_ l0: BNField2, _ l1: BNField2, _ l2: BNField2) -> Self {
        let v0 = c0 * l0
        let v1 = c1.times(l1, l2)
        let cross = (c0 + c1).times(l0 + l1, l2) - v0 - v1
        return Self(v0 + v1.timesV, cross)
    }

    var inverse: Self {
        let norm = (c0 * c0 - (c1 * c1).timesV).inverse
        return Self(c0 * norm, -(c1 * norm))
    }

    /// ξ^(k (p-1)/6) for k = 0…5: what the Frobenius map multiplies the six coefficients by.
    private static let frobeniusFactors: [BNField2] = {
        let sixth = (BNField.modulus &- 1).quotientAndRemainder(dividingBy: 6)?.quotient ?? .zero
        let root = BNField2.xi.power(sixth)
        return (0..<6).reduce(into: [BNField2.one]) { list, _ in
            list.append(list[list.count - 1] * root)
        }
    }()

    static func frobeniusFactor(_ index: Int) -> BNField2 { frobeniusFactors[index] }

    /// self^p.
    var frobenius: Self {
        let f = Self.frobeniusFactors
        return Self(
            BNField6(c0.c0.conjugate, c0.c1.conjugate * f[2], c0.c2.conjugate * f[4]),
            BNField6(c1.c0.conjugate * f[1], c1.c1.conjugate * f[3], c1.c2.conjugate * f[5]))
    }

    /// self to a power of 64 bits.
    func power(_ exponent: UInt64) -> Self {
        var result = self
        for bit in stride(from: 62 - exponent.leadingZeroBitCount, through: 0, by: -1) {
            result = result.squared
            if exponent >> UInt64(bit) & 1 == 1 { result = result * self }
        }
        return result
    }
}
