public import EVM
public import Primitives

/// Which rules a transaction must keep before it runs.
public enum TransactionChecks: Sendable, Hashable {
    /// All that a block demands.
    case block
    /// Those of a call that no block will hold: any nonce, and any sender, with code or without.
    case call
}

extension EVM {
    /// Everything that can be wrong with a transaction before it runs: first what `validateAlone` finds, then what block and
    /// state say.
    mutating func validate(
        _ transaction: Transaction, sender: Address, available: UInt64, maximumBlobs: Int?, checks: TransactionChecks
    ) throws(TransactionError) {
        try transaction.validateAlone(revision, chainID: block.chainID)
        if revision >= .london, transaction.maxFeePerGas < block.baseFee { throw .feeBelowBaseFee }
        try checkBlobs(transaction, maximum: maximumBlobs ?? Self.defaultMaximumBlobs(revision))
        guard transaction.gasLimit <= available else {
            throw .gasLimitAboveBlock(limit: transaction.gasLimit, available: available)
        }
        let nonce = state.nonce(sender)
        switch checks {
        case .block:
            guard nonce == transaction.nonce else { throw .nonceMismatch(expected: nonce, actual: transaction.nonce) }
            let code = state.code(of: sender)
            if revision >= .london, !code.isEmpty, revision < .prague || state.delegate(of: sender) == nil {
                throw .senderHasCode(sender)
            }
        case .call:
            guard nonce < UInt64.max else { throw .nonceIsMaximum }
        }
        try checkFunds(transaction, sender: sender)
    }

    private func checkBlobs(_ transaction: Transaction, maximum: Int) throws(TransactionError) {
        guard transaction.kind == .blob else { return }
        guard transaction.blobHashes.count <= maximum else { throw .tooManyBlobs(transaction.blobHashes.count) }
        guard transaction.maxFeePerBlobGas >= block.blobBaseFee else { throw .blobFeeTooLow }
    }

    private mutating func checkFunds(_ transaction: Transaction, sender: Address) throws(TransactionError) {
        let cost = try transaction.maximumCost
        let balance = state.balance(sender)
        guard cost <= balance else { throw .insufficientFunds(needed: cost, balance: balance) }
    }
}

extension Transaction {
    /// Whether the transaction could be valid in some block: everything that needs neither state nor block.
    public func validateAlone(_ revision: EVMRevision, chainID: UInt64) throws(TransactionError) {
        guard revision >= kind.since else { throw .typeNotYetValid(kind) }
        if let own = self.chainID {
            // Before EIP-155 such a v was none.
            guard revision >= .spuriousDragon else { throw .invalidSignature }
            guard own == chainID else { throw .wrongChainID(expected: chainID, actual: own) }
        }
        try checkLimits(revision)
        guard maxPriorityFeePerGas <= maxFeePerGas else { throw .priorityFeeAboveMaxFee }
        guard maxFeePerGas.multipliedFullWidth(by: UInt256(gasLimit)).high.isZero else { throw .costOverflow }
        try checkKind()
    }

    /// What the sender must own: the value, and all gas at the highest price.
    public var maximumCost: UInt256 {
        get throws(TransactionError) {
            let gas = maxFeePerGas.multipliedFullWidth(by: UInt256(gasLimit))
            let blobs = maxFeePerBlobGas.multipliedFullWidth(by: UInt256(blobGas))
            let (sum, first) = gas.low.addingReportingOverflow(value)
            let (cost, second) = sum.addingReportingOverflow(blobs.low)
            guard gas.high.isZero, blobs.high.isZero, !first, !second else { throw .costOverflow }
            return cost
        }
    }

    private func checkLimits(_ revision: EVMRevision) throws(TransactionError) {
        guard nonce < UInt64.max else { throw .nonceIsMaximum }
        if to == nil, revision >= .shanghai, data.count > 49152 { throw .initcodeTooLarge(data.count) }
        if revision >= .osaka, gasLimit > 1 << 24 { throw .gasLimitAboveCap(gasLimit) }
        let needed = max(intrinsicGas(revision), floorGas(revision))
        guard gasLimit >= needed else { throw .gasLimitBelowIntrinsic(needed: needed, limit: gasLimit) }
    }

    /// What types 3 and 4 demand of themselves.
    private func checkKind() throws(TransactionError) {
        switch kind {
        case .legacy, .accessList, .dynamicFee: break
        case .blob:
            guard to != nil else { throw .blobCreatesContract }
            guard !blobHashes.isEmpty else { throw .noBlobs }
            guard blobHashes.allSatisfy({ $0[0] == 1 }) else { throw .unknownBlobVersion }
        case .setCode:
            guard to != nil else { throw .setCodeCreatesContract }
            guard !authorizations.isEmpty else { throw .noAuthorizations }
        }
    }
}
