import Primitives

/// A point of y² = x³ + 3 in Jacobian coordinates (x/z², y/z³); z = 0 is the neutral element.
struct BNPoint1: Sendable {
    var x, y, z: BNField

    static let infinity = BNPoint1(x: .one, y: .one, z: .zero)
    private static let three = BNField(reducing: 3)

    init(x: BNField, y: BNField, z: BNField) { (self.x, self.y, self.z) = (x, y, z) }

    /// 64 bytes; `nil` when they are no point. All zeros are the neutral element.
    init?(_ bytes: ArraySlice<UInt8>) {
        let middle = bytes.startIndex + 32
        guard let x = BNField(bytes[..<middle]), let y = BNField(bytes[middle...]) else { return nil }
        if x.isZero && y.isZero {
            self = .infinity
            return
        }
        guard y * y == x * x * x + Self.three else { return nil }
        self.init(x: x, y: y, z: .one)
    }

    var isInfinity: Bool { z.isZero }

    var doubled: BNPoint1 {
        if isInfinity { return self }
        let a = x * x
        let b = y * y
        let c = b * b
        let xb = x + b
        let d = xb * xb - a - c
        let twice = d + d
        let e = a + a + a
        let newX = e * e - twice - twice
        let c2 = c + c
        let c4 = c2 + c2
        let yz = y * z
        return BNPoint1(x: newX, y: e * (twice - newX) - c4 - c4, z: yz + yz)
    }

    static func + (a: BNPoint1, b: BNPoint1) -> BNPoint1 {
        if a.isInfinity { return b }
        if b.isInfinity { return a }
        let az = a.z * a.z
        let bz = b.z * b.z
        let u1 = a.x * bz
        let u2 = b.x * az
        let s1 = a.y * b.z * bz
        let s2 = b.y * a.z * az
        let h = u2 - u1
        let r = s2 - s1
        if h.isZero { return r.isZero ? a.doubled : .infinity }
        let hh = h * h
        let hhh = h * hh
        let v = u1 * hh
        let x = r * r - hhh - v - v
        return BNPoint1(x: x, y: r * (v - x) - s1 * hhh, z: a.z * b.z * h)
    }

    static func * (point: BNPoint1, scalar: UInt256) -> BNPoint1 {
        var result = BNPoint1.infinity
        for bit in stride(from: 255 - scalar.leadingZeroBitCount, through: 0, by: -1) {
            result = result.doubled
            if scalar.bit(bit) { result = result + point }
        }
        return result
    }

    /// x and y; zeros for the neutral element.
    var affine: (x: BNField, y: BNField) {
        if isInfinity { return (.zero, .zero) }
        let inverse = z.inverse
        let square = inverse * inverse
        return (x * square, y * square * inverse)
    }

    var encoded: [UInt8] {
        let (x, y) = affine
        return x.value.bigEndianHash.bytes + y.value.bigEndianHash.bytes
    }
}

/// A point of the twist y² = x³ + 3/ξ.
struct BNPoint2: Sendable {
    var x, y: BNField2
    var isInfinity = false

    static let twistB = BNField2(BNField(reducing: 3), .zero) * BNField2.xi.inverse

    init(x: BNField2, y: BNField2) { (self.x, self.y) = (x, y) }

    /// 128 bytes, the imaginary parts first; `nil` when they are no point of the subgroup.
    init?(_ bytes: ArraySlice<UInt8>) {
        let start = bytes.startIndex
        guard let x1 = BNField(bytes[start..<start + 32]),
            let x0 = BNField(bytes[start + 32..<start + 64]),
            let y1 = BNField(bytes[start + 64..<start + 96]),
            let y0 = BNField(bytes[start + 96..<start + 128])
        else { return nil }
        self.init(x: BNField2(x0, x1), y: BNField2(y0, y1))
        if x.isZero && y.isZero {
            isInfinity = true
            return
        }
        guard y.squared == x.squared * x + Self.twistB, isInSubgroup else { return nil }
    }

    /// The group's order.
    static let order = UInt256(
        high: 0x3064_4e72_e131_a029_b850_45b6_8181_585d, low: 0x2833_e848_79b9_7091_43e1_f593_f000_0001)

    /// Whether the order times the point is the neutral element: the cofactor of the twist is not 1.
    private var isInSubgroup: Bool {
        var (px, py, pz) = (BNField2.one, BNField2.one, BNField2.zero)
        for bit in stride(from: 255 - Self.order.leadingZeroBitCount, through: 0, by: -1) {
            (px, py, pz) = Self.double(px, py, pz)
            if Self.order.bit(bit) { (px, py, pz) = add(px, py, pz) }
        }
        return pz.isZero
    }

    private typealias Jacobian = (BNField2, BNField2, BNField2)

    private static func double(_ x: BNField2, _ y: BNField2, _ z: BNField2) -> Jacobian {
        if z.isZero { return (x, y, z) }
        let a = x.squared
        let b = y.squared
        let c = b.squared
        let d = (x + b).squared - a - c
        let twice = d + d
        let e = a + a + a
        let newX = e.squared - twice - twice
        let c2 = c + c
        let c4 = c2 + c2
        let yz = y * z
        return (newX, e * (twice - newX) - c4 - c4, yz + yz)
    }

    /// The Jacobian point plus this affine one.
    private func add(_ ax: BNField2, _ ay: BNField2, _ az: BNField2) -> Jacobian {
        if az.isZero { return (x, y, .one) }
        let zz = az.squared
        let h = x * zz - ax
        let r = y * az * zz - ay
        if h.isZero { return r.isZero ? Self.double(ax, ay, az) : (.one, .one, .zero) }
        let hh = h.squared
        let hhh = h * hh
        let v = ax * hh
        let newX = r.squared - hhh - v - v
        return (newX, r * (v - newX) - ay * hhh, az * h)
    }
}
