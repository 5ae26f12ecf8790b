public import EVM
public import Primitives

/// Which rules a transaction must keep before it runs.
public struct TransactionChecks: Sendable, Hashable {
    /// The nonce is the account's.
    public var nonce: Bool
    /// What a block demands of a transaction beyond its price: a sender without code, and the cap of EIP-7825.
    public var transaction: Bool
    /// Who offers nothing for gas pays nothing, whatever the base fee.
    public var freeWithoutFee: Bool

    /// All that a block demands.
    public static let block = TransactionChecks(nonce: true, transaction: true, freeWithoutFee: false)
    /// Those of a call that no block will hold: any nonce, and any sender, with code or without.
    public static let call = TransactionChecks(nonce: false, transaction: false, freeWithoutFee: true)
    /// Those of a call that is simulated as if a block held it.
    public static let simulation = TransactionChecks(nonce: true, transaction: false, freeWithoutFee: false)
}

extension EVM {
    /// Everything that can be wrong with a transaction before it runs: first what `validateAlone` finds, then what block and
    /// state say.
    mutating func validate(
        _ transaction: Transaction, sender: Address, available: UInt64, maximumBlobs: Int?, checks: TransactionChecks
    ) throws(TransactionError) {
        try transaction.validateAlone(revision, chainID: block.chainID, checks: checks)
        if revision >= .london, transaction.maxFeePerGas < block.baseFee, !isFree(transaction, checks) { throw .feeBelowBaseFee }
        try checkBlobs(transaction, maximum: maximumBlobs ?? Self.defaultMaximumBlobs(revision), checks)
        guard transaction.gasLimit <= available else {
            throw .gasLimitAboveBlock(limit: transaction.gasLimit, available: available)
        }
        if checks.nonce {
            let nonce = state.nonce(sender)
            guard nonce == transaction.nonce else { throw .nonceMismatch(expected: nonce, actual: transaction.nonce) }
        }
        if checks.transaction {
            let code = state.code(of: sender)
            if revision >= .london, !code.isEmpty, revision < .prague || state.delegate(of: sender) == nil {
                throw .senderHasCode(sender)
            }
        }
        try checkFunds(transaction, sender: sender)
    }

    /// Whether a call that offers nothing for its gas gets it for nothing.
    func isFree(_ transaction: Transaction, _ checks: TransactionChecks) -> Bool {
        checks.freeWithoutFee && transaction.maxFeePerGas.isZero && transaction.maxPriorityFeePerGas.isZero
    }

    func hasFreeBlobs(_ transaction: Transaction, _ checks: TransactionChecks) -> Bool {
        checks.freeWithoutFee && transaction.maxFeePerBlobGas.isZero
    }

    private func checkBlobs(_ transaction: Transaction, maximum: Int, _ checks: TransactionChecks) throws(TransactionError) {
        guard transaction.kind == .blob else { return }
        // EIP-7594: six blobs a transaction, whatever a block takes.
        guard transaction.blobHashes.count <= (revision >= .osaka ? min(maximum, 6) : maximum) else {
            throw .tooManyBlobs(transaction.blobHashes.count)
        }
        guard transaction.maxFeePerBlobGas >= block.blobBaseFee || hasFreeBlobs(transaction, checks) else { throw .blobFeeTooLow }
    }

    private mutating func checkFunds(_ transaction: Transaction, sender: Address) throws(TransactionError) {
        let cost = try transaction.maximumCost
        let balance = state.balance(sender)
        guard cost <= balance else { throw .insufficientFunds(needed: cost, balance: balance) }
    }
}

extension Transaction {
    /// Whether the transaction could be valid in some block: everything that needs neither state nor block.
    public func validateAlone(
        _ revision: EVMRevision, chainID: UInt64, checks: TransactionChecks = .block
    ) throws(TransactionError) {
        guard revision >= kind.since else { throw .typeNotYetValid(kind) }
        if let own = self.chainID {
            // Before EIP-155 such a v was none.
            guard revision >= .spuriousDragon else { throw .invalidSignature }
            guard own == chainID else { throw .wrongChainID(expected: chainID, actual: own) }
        }
        try checkLimits(revision, checks)
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

    private func checkLimits(_ revision: EVMRevision, _ checks: TransactionChecks) throws(TransactionError) {
        guard nonce < UInt64.max || !checks.nonce else { throw .nonceIsMaximum }
        if to == nil, revision >= .shanghai, data.count > 49152 { throw .initcodeTooLarge(data.count) }
        if revision >= .osaka, checks.transaction, gasLimit > 1 << 24 { throw .gasLimitAboveCap(gasLimit) }
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
