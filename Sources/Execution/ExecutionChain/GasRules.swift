public import Primitives

/// The gas limit's and the base fee's course from block to block.
public enum GasRules {
    /// The base fee of the first London block: 1 Gwei.
    public static let initialBaseFee: UInt256 = 1_000_000_000
    public static let minimumGasLimit: UInt64 = 5000
    /// The gas limit may change by less than a 1024th of the parent's.
    static let gasLimitBoundDivisor: UInt64 = 1024
    /// The gas limit is this many times the target (EIP-1559).
    static let elasticityMultiplier: UInt64 = 2
    static let baseFeeMaxChangeDenominator: UInt256 = 8
    /// Gas of one blob (EIP-4844).
    static let gasPerBlob: UInt64 = 1 << 17

    /// The base fee of the block after `parent` (EIP-1559). `parent` must have one.
    public static func baseFee(gasLimit: UInt64, gasUsed: UInt64, baseFee: UInt256) -> UInt256 {
        let target = gasLimit / elasticityMultiplier
        guard gasUsed != target else { return baseFee }
        let difference = gasUsed > target ? gasUsed - target : target - gasUsed
        let scaled = quotient(baseFee &* UInt256(difference), UInt256(target))
        let change = quotient(scaled, baseFeeMaxChangeDenominator)
        if gasUsed > target { return baseFee &+ max(change, .one) }
        return baseFee > change ? baseFee &- change : .zero
    }

    private static func quotient(_ dividend: UInt256, _ divisor: UInt256) -> UInt256 {
        dividend.quotientAndRemainder(dividingBy: divisor)?.quotient ?? .zero
    }

    /// Whether a gas limit may follow the parent's.
    public static func isValidGasLimit(_ limit: UInt64, parent: UInt64) -> Bool {
        let bound = parent / gasLimitBoundDivisor
        let difference = limit > parent ? limit - parent : parent - limit
        return difference < bound && limit >= minimumGasLimit
    }

    /// The gas limit nearest to `target` that may follow the parent's.
    public static func nextGasLimit(parent: UInt64, target: UInt64) -> UInt64 {
        let bound = parent / gasLimitBoundDivisor
        let step = bound > 0 ? bound - 1 : 0
        let wanted = max(target, minimumGasLimit)
        if wanted > parent { return parent + min(step, wanted - parent) }
        return parent - min(step, parent - wanted)
    }

    /// Execution gas whose price a blob must at least come to (EIP-7918).
    static let blobBaseCost: UInt256 = 8192
    /// Bytes of a block's RLP at most, since Osaka (EIP-7934).
    public static let maximumBlockSize = (10 << 20) - (2 << 20)

    /// `excess_blob_gas` of the block after one with these figures (EIP-4844 `calc_excess_blob_gas`).
    public static func excessBlobGas(parentExcess: UInt64, parentUsed: UInt64, target: UInt64) -> UInt64 {
        let (sum, overflow) = parentExcess.addingReportingOverflow(parentUsed)
        let targetGas = target * gasPerBlob
        if overflow { return UInt64.max - targetGas }
        return sum < targetGas ? 0 : sum - targetGas
    }
}
