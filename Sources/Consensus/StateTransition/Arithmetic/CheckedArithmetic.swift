/// `uint64` arithmetic as the specification means it: an overflow, an underflow or a division by zero makes the
/// block invalid. Each operator throws where Swift's own would trap.
infix operator +! : AdditionPrecedence
infix operator -! : AdditionPrecedence
infix operator *! : MultiplicationPrecedence
infix operator /! : MultiplicationPrecedence
infix operator %! : MultiplicationPrecedence

extension UInt64 {
    @inline(__always)
    static func +! (left: Self, right: Self) throws(StateTransitionError) -> Self {
        let (value, overflow) = left.addingReportingOverflow(right)
        if overflow { throw StateTransitionError(.arithmetic, "\(left) + \(right) overflows") }
        return value
    }

    @inline(__always)
    static func -! (left: Self, right: Self) throws(StateTransitionError) -> Self {
        let (value, overflow) = left.subtractingReportingOverflow(right)
        if overflow { throw StateTransitionError(.arithmetic, "\(left) − \(right) underflows") }
        return value
    }

    @inline(__always)
    static func *! (left: Self, right: Self) throws(StateTransitionError) -> Self {
        let (value, overflow) = left.multipliedReportingOverflow(by: right)
        if overflow { throw StateTransitionError(.arithmetic, "\(left) · \(right) overflows") }
        return value
    }

    @inline(__always)
    static func /! (left: Self, right: Self) throws(StateTransitionError) -> Self {
        if right == 0 { throw StateTransitionError(.arithmetic, "\(left) / 0") }
        return left / right
    }

    @inline(__always)
    static func %! (left: Self, right: Self) throws(StateTransitionError) -> Self {
        if right == 0 { throw StateTransitionError(.arithmetic, "\(left) % 0") }
        return left % right
    }

    /// `saturating_sub`: the difference, or zero.
    @inline(__always)
    func saturatingSubtracting(_ other: Self) -> Self { self > other ? self - other : 0 }
}

/// `integer_squareroot` (phase0 beacon-chain, Math): the largest `x` with `x² ≤ n`, by Newton's method.
func integerSquareroot(_ n: UInt64) -> UInt64 {
    if n == .max { return 4_294_967_295 }
    var x = n
    var y = (x + 1) / 2
    while y < x {
        x = y
        y = (x + n / x) / 2
    }
    return x
}
