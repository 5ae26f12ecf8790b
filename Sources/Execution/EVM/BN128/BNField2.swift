import Primitives

/// c0 + c1·i with i² = -1.
struct BNField2: Equatable, Sendable, BitwiseCopyable {
    var c0, c1: BNField

    static let zero = BNField2(.zero, .zero)
    static let one = BNField2(.one, .zero)
    /// ξ = 9 + i, of which the twist and the sextic extension are made.
    static let xi = BNField2(BNField(reducing: 9), .one)

    @inline(__always) init(_ c0: BNField, _ c1: BNField) { (self.c0, self.c1) = (c0, c1) }

    var isZero: Bool { c0.isZero && c1.isZero }
    var conjugate: BNField2 { BNField2(c0, -c1) }

    @inline(__always) static func + (a: Self, b: Self) -> Self { Self(a.c0 + b.c0, a.c1 + b.c1) }
    @inline(__always) static func - (a: Self, b: Self) -> Self { Self(a.c0 - b.c0, a.c1 - b.c1) }
    @inline(__always) static prefix func - (a: Self) -> Self { Self(-a.c0, -a.c1) }

    static func * (a: Self, b: Self) -> Self {
        let low = a.c0 * b.c0
        let high = a.c1 * b.c1
        let cross = (a.c0 + a.c1) * (b.c0 + b.c1)
        return Self(low - high, cross - low - high)
    }

    static func * (a: Self, b: BNField) -> Self { Self(a.c0 * b, a.c1 * b) }

    var squared: Self {
        let product = c0 * c1
        return Self((c0 + c1) * (c0 - c1), product + product)
    }

    /// self · ξ.
    var timesXi: Self {
        let double0 = c0 + c0
        let double1 = c1 + c1
        let eight0 = double0 + double0 + double0 + double0
        let eight1 = double1 + double1 + double1 + double1
        return Self(eight0 + c0 - c1, eight1 + c1 + c0)
    }

    var inverse: Self {
        let norm = (c0 * c0 + c1 * c1).inverse
        return Self(c0 * norm, -(c1 * norm))
    }

    func power(_ exponent: UInt256) -> Self {
        var result = Self.one
        for bit in stride(from: 255 - exponent.leadingZeroBitCount, through: 0, by: -1) {
            result = result.squared
            if exponent.bit(bit) { result = result * self }
        }
        return result
    }
}
