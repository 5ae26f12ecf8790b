public import EVM
public import Primitives

/// The price of blob gas (EIP-4844; update fractions of EIP-7691 and EIP-7892).
public enum BlobFee {
    /// The update fractions of Cancun and of Prague.
    public static let cancunFraction: UInt64 = 3_338_477
    public static let pragueFraction: UInt64 = 5_007_716

    /// The price under the rules that a revision begins with; later ones change the fraction by schedule.
    public static func price(excess: UInt64, _ revision: EVMRevision) -> UInt256 {
        price(excess: excess, fraction: revision >= .prague ? pragueFraction : cancunFraction)
    }

    /// Wei for a unit of blob gas at so much excess blob gas: `fake_exponential(1, excess, fraction)`; the largest number where
    /// that does not fit.
    ///
    /// - Parameter fraction: at least 1.
    public static func price(excess: UInt64, fraction: UInt64) -> UInt256 {
        let fraction = UInt256(fraction)
        var sum = UInt256.zero
        var term = fraction
        var index: UInt64 = 1
        while !term.isZero {
            let (total, overflow) = sum.addingReportingOverflow(term)
            let product = term.multipliedFullWidth(by: UInt256(excess))
            // More than there is of anything: nobody can pay it, and a wrapped product would never come to zero.
            guard !overflow, product.high.isZero else { return .max }
            sum = total
            term = product.low.quotientAndRemainder(dividingBy: fraction &* UInt256(index))?.quotient ?? .zero
            index += 1
        }
        return sum.quotientAndRemainder(dividingBy: fraction)?.quotient ?? .zero
    }
}
