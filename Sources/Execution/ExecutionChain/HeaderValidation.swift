public import Primitives
import Transactions

extension ChainConfig {
    /// Checks everything about a header that follows from its parent and the rules: all but the seal's work, the body
    /// and the state.
    public func validate(_ header: BlockHeader, parent: BlockHeader) throws(BlockError) {
        let parentHash = parent.hash
        guard header.parentHash == parentHash else {
            throw .mismatch(.parentHash, expected: parentHash.hex, actual: header.parentHash.hex)
        }
        let (number, overflow) = parent.number.addingReportingOverflow(1)
        guard header.number == number, !overflow else {
            throw .mismatch(.number, expected: "\(number)", actual: "\(header.number)")
        }
        guard header.timestamp > parent.timestamp else {
            throw .timestampNotAfterParent(parent: parent.timestamp, actual: header.timestamp)
        }
        let fork = fork(number: header.number, timestamp: header.timestamp)
        try validateFields(header, fork)
        try validateGas(header, parent: parent, fork)
        try validateBlobGas(header, parent: parent, fork)
        if fork >= .paris {
            try validateSealFields(header, parent: parent)
        } else {
            try validateWorkFields(header, parent: parent)
        }
    }

    /// Each field is there exactly when its fork is.
    private func validateFields(_ header: BlockHeader, _ fork: ExecutionFork) throws(BlockError) {
        func check(_ field: HeaderField, _ isPresent: Bool, since: ExecutionFork) throws(BlockError) {
            if fork >= since && !isPresent { throw .missing(field, fork) }
            if fork < since && isPresent { throw .unexpected(field, fork) }
        }
        try check(.baseFeePerGas, header.baseFeePerGas != nil, since: .london)
        try check(.withdrawalsRoot, header.withdrawalsRoot != nil, since: .shanghai)
        try check(.blobGasUsed, header.blobGasUsed != nil, since: .cancun)
        try check(.excessBlobGas, header.excessBlobGas != nil, since: .cancun)
        try check(.parentBeaconBlockRoot, header.parentBeaconBlockRoot != nil, since: .cancun)
        try check(.requestsHash, header.requestsHash != nil, since: .prague)
    }

    private func validateGas(_ header: BlockHeader, parent: BlockHeader, _ fork: ExecutionFork) throws(BlockError) {
        guard header.gasUsed <= header.gasLimit else {
            throw .gasUsedAboveLimit(used: header.gasUsed, limit: header.gasLimit)
        }
        let parentLimit = gasLimit(of: parent, under: fork)
        guard GasRules.isValidGasLimit(header.gasLimit, parent: parentLimit) else {
            throw .gasLimit(parent: parentLimit, actual: header.gasLimit)
        }
        guard let baseFee = header.baseFeePerGas else { return }
        let expected = nextBaseFee(after: parent)
        guard baseFee == expected else {
            throw .mismatch(.baseFeePerGas, expected: "\(expected)", actual: "\(baseFee)")
        }
    }

    /// The gas limit that a block under `fork` may stray from a little: the parent's. The first London block doubles it, so that
    /// the target stays what the limit was.
    func gasLimit(of parent: BlockHeader, under fork: ExecutionFork) -> UInt64 {
        guard fork >= .london, parent.baseFeePerGas == nil else { return parent.gasLimit }
        return parent.gasLimit.multipliedReportingOverflow(by: GasRules.elasticityMultiplier).partialValue
    }

    /// The difficulty of the block after `parent` before the merge.
    func difficulty(after parent: BlockHeader, timestamp: UInt64) -> UInt256 {
        let number = parent.number &+ 1
        return EthereumDifficulty.next(
            fork(number: number, timestamp: timestamp), number: number, timestamp: timestamp, parentTimestamp: parent.timestamp,
            parentDifficulty: parent.difficulty, parentHasOmmers: parent.ommersHash != BlockRoots.emptyOmmers)
    }

    /// The base fee of a London block after `parent`.
    public func nextBaseFee(after parent: BlockHeader) -> UInt256 {
        guard let baseFee = parent.baseFeePerGas else { return GasRules.initialBaseFee }
        return GasRules.baseFee(gasLimit: parent.gasLimit, gasUsed: parent.gasUsed, baseFee: baseFee)
    }

    private func validateBlobGas(_ header: BlockHeader, parent: BlockHeader, _ fork: ExecutionFork) throws(BlockError) {
        guard let used = header.blobGasUsed, let excess = header.excessBlobGas else { return }
        let maximum = blobLimits(under: fork).maximum * GasRules.gasPerBlob
        guard used <= maximum, used % GasRules.gasPerBlob == 0 else { throw .tooManyBlobs(gasUsed: used, maximum: maximum) }
        let expected = nextExcessBlobGas(after: parent, fork)
        guard excess == expected else { throw .mismatch(.excessBlobGas, expected: "\(expected)", actual: "\(excess)") }
    }

    /// `excessBlobGas` of a block under `fork` after `parent`.
    public func nextExcessBlobGas(after parent: BlockHeader, _ fork: ExecutionFork) -> UInt64 {
        let limits = blobLimits(under: fork)
        let (excess, used) = (parent.excessBlobGas ?? 0, parent.blobGasUsed ?? 0)
        let usual = GasRules.excessBlobGas(parentExcess: excess, parentUsed: used, target: limits.target)
        // EIP-7918: while a blob costs less than the gas that it is worth at least, the excess does not shrink to the target.
        let (total, isVast) = excess.addingReportingOverflow(used)
        guard fork >= .osaka, limits.maximum > 0, isVast || total >= limits.target * GasRules.gasPerBlob else { return usual }
        let reserve = GasRules.blobBaseCost &* (parent.baseFeePerGas ?? .zero)
        let price = UInt256(GasRules.gasPerBlob) &* BlobFee.price(excess: excess, fraction: limits.updateFraction)
        guard reserve > price else { return usual }
        let share = used.multipliedFullWidth(by: limits.maximum - min(limits.target, limits.maximum))
        // A block's blob gas is bounded, so that this neither overflows nor traps.
        let kept = share.high < limits.maximum ? limits.maximum.dividingFullWidth(share).quotient : used
        let (sum, overflow) = excess.addingReportingOverflow(kept)
        return overflow ? .max : sum
    }

    /// Difficulty and extra data before the merge; the work itself is checked elsewhere.
    private func validateWorkFields(_ header: BlockHeader, parent: BlockHeader) throws(BlockError) {
        guard case .ethereum = sealing else { return }
        let expected = difficulty(after: parent, timestamp: header.timestamp)
        guard header.difficulty == expected else {
            throw .mismatch(.difficulty, expected: "\(expected)", actual: "\(header.difficulty)")
        }
        guard header.extraData.count <= 32 else { throw .extraDataTooLong(count: header.extraData.count, maximum: 32) }
    }

    /// The fields that proof of work used before the merge, and extra data.
    private func validateSealFields(_ header: BlockHeader, parent: BlockHeader) throws(BlockError) {
        guard header.ommersHash == BlockRoots.emptyOmmers else {
            throw .mismatch(.ommersHash, expected: BlockRoots.emptyOmmers.hex, actual: header.ommersHash.hex)
        }
        switch sealing {
        case .ethereum:
            guard header.difficulty.isZero else {
                throw .mismatch(.difficulty, expected: "0", actual: "\(header.difficulty)")
            }
            guard header.nonce == Bytes8() else {
                throw .mismatch(.nonce, expected: Bytes8().hex, actual: header.nonce.hex)
            }
            guard header.extraData.count <= 32 else { throw .extraDataTooLong(count: header.extraData.count, maximum: 32) }
        case .polai(let secondsPerSlot):
            guard
                let expected = expectedDifficulty(
                    parentDifficulty: parent.difficulty, parentTimestamp: parent.timestamp, timestamp: header.timestamp,
                    secondsPerSlot: secondsPerSlot)
            else {
                throw .lessThanOneSlot(parent: parent.timestamp, actual: header.timestamp, secondsPerSlot: secondsPerSlot)
            }
            guard header.difficulty == expected else {
                throw .mismatch(.difficulty, expected: "\(expected)", actual: "\(header.difficulty)")
            }
            guard header.extraData.count == 64, header.extraData.starts(with: header.parentHash.bytes) else {
                throw .mismatch(
                    .extraData, expected: "64 bytes: the parent hash, then an update id",
                    actual: "\(header.extraData.count) bytes \(header.extraData.prefix(64).hex)")
            }
        }
    }
}
