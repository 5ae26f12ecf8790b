public import EVM
import Primitives

extension EVM {
    /// Everything that can be wrong with a transaction before it runs.
    mutating func validate(
        _ transaction: Transaction, sender: Address, available: UInt64, maximumBlobs: Int?
    ) throws(TransactionError) {
        guard revision >= transaction.kind.since else { throw .typeNotYetValid(transaction.kind) }
        if let chainID = transaction.chainID, revision >= .spuriousDragon, chainID != block.chainID {
            throw .wrongChainID(expected: block.chainID, actual: chainID)
        }
        try transaction.checkLimits(revision)
        try checkFees(transaction)
        try checkBlobs(transaction, maximum: maximumBlobs ?? Self.defaultMaximumBlobs(revision))
        if transaction.kind == .setCode {
            guard transaction.to != nil else { throw .setCodeCreatesContract }
            guard !transaction.authorizations.isEmpty else { throw .noAuthorizations }
        }
        guard transaction.gasLimit <= available else {
            throw .gasLimitAboveBlock(limit: transaction.gasLimit, available: available)
        }
        let nonce = state.nonce(sender)
        guard nonce == transaction.nonce else { throw .nonceMismatch(expected: nonce, actual: transaction.nonce) }
        let code = state.code(of: sender)
        if revision >= .london, !code.isEmpty, revision < .prague || state.delegate(of: sender) == nil {
            throw .senderHasCode(sender)
        }
        try checkFunds(transaction, sender: sender)
    }

    private func checkFees(_ transaction: Transaction) throws(TransactionError) {
        guard revision >= .london else { return }
        guard transaction.maxPriorityFeePerGas <= transaction.maxFeePerGas else { throw .priorityFeeAboveMaxFee }
        guard transaction.maxFeePerGas >= block.baseFee else { throw .feeBelowBaseFee }
    }

    private func checkBlobs(_ transaction: Transaction, maximum: Int) throws(TransactionError) {
        guard transaction.kind == .blob else { return }
        guard transaction.to != nil else { throw .blobCreatesContract }
        guard !transaction.blobHashes.isEmpty else { throw .noBlobs }
        guard transaction.blobHashes.count <= maximum else { throw .tooManyBlobs(transaction.blobHashes.count) }
        guard transaction.blobHashes.allSatisfy({ $0[0] == 1 }) else { throw .unknownBlobVersion }
        guard transaction.maxFeePerBlobGas >= block.blobBaseFee else { throw .blobFeeTooLow }
    }

    private mutating func checkFunds(_ transaction: Transaction, sender: Address) throws(TransactionError) {
        let gas = transaction.maxFeePerGas.multipliedFullWidth(by: UInt256(transaction.gasLimit))
        let blobs = transaction.maxFeePerBlobGas.multipliedFullWidth(by: UInt256(transaction.blobGas))
        let (sum, first) = gas.low.addingReportingOverflow(transaction.value)
        let (cost, second) = sum.addingReportingOverflow(blobs.low)
        guard gas.high.isZero, blobs.high.isZero, !first, !second else { throw .costOverflow }
        let balance = state.balance(sender)
        guard cost <= balance else { throw .insufficientFunds(needed: cost, balance: balance) }
    }
}

extension Transaction {
    /// Whether the transaction could be valid in some block: everything that needs neither state nor block.
    public func validateAlone(_ revision: EVMRevision, chainID: UInt64) throws(TransactionError) {
        guard revision >= kind.since else { throw .typeNotYetValid(kind) }
        if let own = self.chainID, revision >= .spuriousDragon || kind != .legacy, own != chainID {
            throw .wrongChainID(expected: chainID, actual: own)
        }
        if kind == .legacy, self.chainID != nil, revision < .spuriousDragon { throw .invalidSignature }
        try checkLimits(revision)
        guard maxPriorityFeePerGas <= maxFeePerGas else { throw .priorityFeeAboveMaxFee }
        guard maxFeePerGas.multipliedFullWidth(by: UInt256(gasLimit)).high.isZero else { throw .costOverflow }
    }

    /// What can be checked without a state.
    func checkLimits(_ revision: EVMRevision) throws(TransactionError) {
        guard nonce < UInt64.max else { throw .nonceIsMaximum }
        if to == nil, revision >= .shanghai, data.count > 49152 { throw .initcodeTooLarge(data.count) }
        if revision >= .osaka, gasLimit > 1 << 24 { throw .gasLimitAboveCap(gasLimit) }
        let needed = max(intrinsicGas(revision), floorGas(revision))
        guard gasLimit >= needed else { throw .gasLimitBelowIntrinsic(needed: needed, limit: gasLimit) }
    }
}
