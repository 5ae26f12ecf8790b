public import EVM
public import Primitives

/// The price of blob gas (EIP-4844; update fractions of EIP-7691).
public enum BlobFee {
    /// Wei for a unit of blob gas at so much excess blob gas: `fake_exponential(1, excess, fraction)`; the largest number where
    /// that does not fit.
    public static func price(excess: UInt64, _ revision: EVMRevision) -> UInt256 {
        let fraction = UInt256(revision >= .prague ? 5_007_716 : 3_338_477)
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
