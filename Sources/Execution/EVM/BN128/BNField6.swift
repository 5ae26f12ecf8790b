/// c0 + c1·v + c2·v² with v³ = ξ.
struct BNField6: Equatable, Sendable, BitwiseCopyable {
    var c0, c1, c2: BNField2

    static let zero = BNField6(.zero, .zero, .zero)
    static let one = BNField6(.one, .zero, .zero)

    @inline(__always) init(_ c0: BNField2, _ c1: BNField2, _ c2: BNField2) {
        (self.c0, self.c1, self.c2) = (c0, c1, c2)
    }

    static func + (a: Self, b: Self) -> Self { Self(a.c0 + b.c0, a.c1 + b.c1, a.c2 + b.c2) }
    static func - (a: Self, b: Self) -> Self { Self(a.c0 - b.c0, a.c1 - b.c1, a.c2 - b.c2) }
    static prefix func - (a: Self) -> Self { Self(-a.c0, -a.c1, -a.c2) }

    static func * (a: Self, b: Self) -> Self {
        let v0 = a.c0 * b.c0
        let v1 = a.c1 * b.c1
        let v2 = a.c2 * b.c2
        let t0 = (a.c1 + a.c2) * (b.c1 + b.c2) - v1 - v2
        let t1 = (a.c0 + a.c1) * (b.c0 + b.c1) - v0 - v1
        let t2 = (a.c0 + a.c2) * (b.c0 + b.c2) - v0 - v2
        return Self(v0 + t0.timesXi, t1 + v2.timesXi, t2 + v1)
    }

    static func * (a: Self, b: BNField2) -> Self { Self(a.c0 * b, a.c1 * b, a.c2 * b) }

    /// self · (b0 + b1·v).
    func times(_ b0: BNField2, _ b1: BNField2) -> Self {
        let v0 = c0 * b0
        let v1 = c1 * b1
        let middle = (c0 + c1) * (b0 + b1) - v0 - v1
        return Self(v0 + (c2 * b1).timesXi, middle, v1 + c2 * b0)
    }

    /// self · v.
    var timesV: Self { Self(c2.timesXi, c0, c1) }

    var inverse: Self {
        let a = c0.squared - (c1 * c2).timesXi
        let b = c2.squared.timesXi - c0 * c1
        let c = c1.squared - c0 * c2
        let norm = (c0 * a + (c2 * b).timesXi + (c1 * c).timesXi).inverse
        return Self(a * norm, b * norm, c * norm)
    }
}
