import Primitives

/// An element of the prime field of alt_bn128 (EIP-196), kept times 2^256 (Montgomery) in four words.
struct BNField: Equatable, Sendable, BitwiseCopyable {
    var w0, w1, w2, w3: UInt64

    static let m0: UInt64 = 0x3c20_8c16_d87c_fd47
    static let m1: UInt64 = 0x9781_6a91_6871_ca8d
    static let m2: UInt64 = 0xb850_45b6_8181_585d
    static let m3: UInt64 = 0x3064_4e72_e131_a029
    /// -1/p mod 2^64.
    static let factor: UInt64 = 0x87d2_0782_e486_6389
    /// p.
    static let modulus = UInt256(
        high: UInt128(m3) << 64 | UInt128(m2), low: UInt128(m1) << 64 | UInt128(m0))
    static let zero = BNField(0, 0, 0, 0)
    static let one = BNField(reducing: 1)

    @inline(__always) init(_ w0: UInt64, _ w1: UInt64, _ w2: UInt64, _ w3: UInt64) {
        (self.w0, self.w1, self.w2, self.w3) = (w0, w1, w2, w3)
    }

    private init(raw: UInt256) {
        self.init(
            UInt64(truncatingIfNeeded: raw.low), UInt64(truncatingIfNeeded: raw.low >> 64),
            UInt64(truncatingIfNeeded: raw.high),
            UInt64(truncatingIfNeeded: raw.high >> 64))
    }

    private var raw: UInt256 {
        UInt256(high: UInt128(w3) << 64 | UInt128(w2), low: UInt128(w1) << 64 | UInt128(w0))
    }

    /// 2^512 mod p.
    private static let square = {
        let shift =
            UInt256.max.quotientAndRemainder(dividingBy: modulus)?.remainder.adding(1, modulo: modulus)
            ?? .zero
        return BNField(raw: shift.multiplying(shift, modulo: modulus))
    }()

    /// The element `value` mod p.
    init(reducing value: UInt256) {
        let reduced =
            value < Self.modulus
            ? value : value.quotientAndRemainder(dividingBy: Self.modulus)?.remainder ?? .zero
        self = BNField(raw: reduced) * Self.square
    }

    /// 32 big-endian bytes below p.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard let value = UInt256(bigEndianBytes: bytes), value < Self.modulus else { return nil }
        self.init(reducing: value)
    }

    var value: UInt256 { (self * BNField(1, 0, 0, 0)).raw }
    var isZero: Bool { w0 | w1 | w2 | w3 == 0 }

    @inline(__always) private static func add(_ a: UInt64, _ b: UInt64, _ carry: inout UInt64)
        -> UInt64
    {
        let sum = UInt128(a) &+ UInt128(b) &+ UInt128(carry)
        carry = UInt64(truncatingIfNeeded: sum >> 64)
        return UInt64(truncatingIfNeeded: sum)
    }

    @inline(__always) private static func subtract(_ a: UInt64, _ b: UInt64, _ borrow: inout UInt64)
        -> UInt64
    {
        let difference = UInt128(a) &- UInt128(b) &- UInt128(borrow)
        borrow = UInt64(truncatingIfNeeded: difference >> 64) & 1
        return UInt64(truncatingIfNeeded: difference)
    }

    /// A value below 2p brought below p.
    @inline(__always) private func reduced() -> BNField {
        var borrow: UInt64 = 0
        let d0 = Self.subtract(w0, Self.m0, &borrow)
        let d1 = Self.subtract(w1, Self.m1, &borrow)
        let d2 = Self.subtract(w2, Self.m2, &borrow)
        let d3 = Self.subtract(w3, Self.m3, &borrow)
        return borrow == 1 ? self : BNField(d0, d1, d2, d3)
    }

    @inline(__always) static func + (a: BNField, b: BNField) -> BNField {
        var carry: UInt64 = 0
        let s0 = add(a.w0, b.w0, &carry)
        let s1 = add(a.w1, b.w1, &carry)
        let s2 = add(a.w2, b.w2, &carry)
        let s3 = add(a.w3, b.w3, &carry)
        return BNField(s0, s1, s2, s3).reduced()
    }

    @inline(__always) static func - (a: BNField, b: BNField) -> BNField {
        var borrow: UInt64 = 0
        let d0 = subtract(a.w0, b.w0, &borrow)
        let d1 = subtract(a.w1, b.w1, &borrow)
        let d2 = subtract(a.w2, b.w2, &borrow)
        let d3 = subtract(a.w3, b.w3, &borrow)
        let mask = 0 &- borrow
        var carry: UInt64 = 0
        let r0 = add(d0, m0 & mask, &carry)
        let r1 = add(d1, m1 & mask, &carry)
        let r2 = add(d2, m2 & mask, &carry)
        let r3 = add(d3, m3 & mask, &carry)
        return BNField(r0, r1, r2, r3)
    }

    @inline(__always) static prefix func - (a: BNField) -> BNField { zero - a }

    @inline(__always) private static func multiplyAdd(
        _ a: UInt64, _ b: UInt64, _ c: UInt64, _ carry: inout UInt64
    ) -> UInt64 {
        let sum = UInt128(a) &* UInt128(b) &+ UInt128(c) &+ UInt128(carry)
        carry = UInt64(truncatingIfNeeded: sum >> 64)
        return UInt64(truncatingIfNeeded: sum)
    }

    /// One digit of the product and its reduction; p has two spare bits, so the accumulator stays within five words.
    @inline(__always) private static func step(
        _ digit: UInt64, _ b: BNField, _ t: inout (UInt64, UInt64, UInt64, UInt64, UInt64)
    ) {
        var carry: UInt64 = 0
        t.0 = multiplyAdd(digit, b.w0, t.0, &carry)
        t.1 = multiplyAdd(digit, b.w1, t.1, &carry)
        t.2 = multiplyAdd(digit, b.w2, t.2, &carry)
        t.3 = multiplyAdd(digit, b.w3, t.3, &carry)
        t.4 = t.4 &+ carry
        let quotient = t.0 &* factor
        carry = 0
        _ = multiplyAdd(quotient, m0, t.0, &carry)
        t.0 = multiplyAdd(quotient, m1, t.1, &carry)
        t.1 = multiplyAdd(quotient, m2, t.2, &carry)
        t.2 = multiplyAdd(quotient, m3, t.3, &carry)
        t.3 = t.4 &+ carry
        t.4 = 0
    }

    static func * (a: BNField, b: BNField) -> BNField {
        var t: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
        step(a.w0, b, &t)
        step(a.w1, b, &t)
        step(a.w2, b, &t)
        step(a.w3, b, &t)
        return BNField(t.0, t.1, t.2, t.3).reduced()
    }

    func power(_ exponent: UInt256) -> BNField {
        var result = BNField.one
        for bit in stride(from: 255 - exponent.leadingZeroBitCount, through: 0, by: -1) {
            result = result * result
            if exponent.bit(bit) { result = result * self }
        }
        return result
    }

    /// 1/self by Fermat's little theorem; zero of zero.
    var inverse: BNField { power(Self.modulus &- 2) }
}
