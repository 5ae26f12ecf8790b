import Primitives

/// The optimal ate pairing on alt_bn128 (Vercauteren 2010; Miller steps in homogeneous coordinates after Costello, Lange
/// and Naehrig 2010).
enum BNPairing {
    /// u, the curve's parameter.
    private static let u: UInt64 = 4_965_661_367_192_848_881
    /// 6u + 2.
    private static let loop: UInt128 = 6 * 4_965_661_367_192_848_881 + 2
    private static let half = BNField(reducing: 2).inverse

    /// Whether the product of the pairings is one.
    static func isOne(_ pairs: [(BNPoint1, BNPoint2)]) -> Bool {
        var product = BNField12.one
        for (p, q) in pairs where !p.isInfinity && !q.isInfinity { product = product * miller(p, q) }
        return finalExponentiation(product) == .one
    }

    /// The running point of the loop, and the lines through it.
    private struct Walker {
        var x, y, z: BNField2

        mutating func double() -> (BNField2, BNField2, BNField2) {
            let a = x * y * half
            let b = y.squared
            let c = z.squared
            let e = BNPoint2.twistB * BNField2(c.c0 + c.c0 + c.c0, c.c1 + c.c1 + c.c1)
            let f = e + e + e
            let g = (b + f) * half
            let h = (y + z).squared - b - c
            let j = x.squared
            let ee = e.squared
            x = a * (b - f)
            y = g.squared - (ee + ee + ee)
            z = b * h
            return (-h, j + j + j, e - b)
        }

        mutating func add(_ qx: BNField2, _ qy: BNField2) -> (BNField2, BNField2, BNField2) {
            let theta = y - qy * z
            let lambda = x - qx * z
            let c = theta.squared
            let d = lambda.squared
            let e = lambda * d
            let f = z * c
            let g = x * d
            let h = e + f - g - g
            x = lambda * h
            y = theta * (g - h) - e * y
            z = z * e
            return (lambda, -theta, theta * qx - lambda * qy)
        }
    }

    static func miller(_ p: BNPoint1, _ q: BNPoint2) -> BNField12 {
        let (px, py) = p.affine
        var walker = Walker(x: q.x, y: q.y, z: .one)
        var f = BNField12.one
        func multiply(_ line: (BNField2, BNField2, BNField2)) {
            f = f.timesLine(line.0 * py, line.1 * px, line.2)
        }
        for bit in stride(from: 126 - loop.leadingZeroBitCount, through: 0, by: -1) {
            f = f.squared
            multiply(walker.double())
            if loop >> UInt128(bit) & 1 == 1 { multiply(walker.add(q.x, q.y)) }
        }
        // The images of q under the Frobenius map of the twist.
        let f2 = BNField12.frobeniusFactor(2)
        let f3 = BNField12.frobeniusFactor(3)
        let (x1, y1) = (q.x.conjugate * f2, q.y.conjugate * f3)
        let (x2, y2) = (x1.conjugate * f2, y1.conjugate * f3)
        multiply(walker.add(x1, y1))
        multiply(walker.add(x2, -y2))
        return f
    }

    /// To the power (p^12 - 1)/order: the easy part, then the chain of Fuentes-Castañeda, Knapp and Rodríguez-Henríquez.
    private static func finalExponentiation(_ value: BNField12) -> BNField12 {
        let easy = value.conjugate * value.inverse
        let t = easy.frobenius.frobenius * easy
        let fp = t.frobenius
        let fp2 = fp.frobenius
        let fp3 = fp2.frobenius
        let fu = t.power(u)
        let fu2 = fu.power(u)
        let fu3 = fu2.power(u)
        let y0 = fp * fp2 * fp3
        let y1 = t.conjugate
        let y2 = fu2.frobenius.frobenius
        let y3 = fu.frobenius.conjugate
        let y4 = (fu * fu2.frobenius).conjugate
        let y5 = fu2.conjugate
        let y6 = (fu3 * fu3.frobenius).conjugate
        var t0 = y6.squared * y4 * y5
        var t1 = y3 * y5 * t0
        t0 = t0 * y2
        t1 = (t1.squared * t0).squared
        t0 = t1 * y1
        t1 = t1 * y0
        return t0.squared * t1
    }
}
