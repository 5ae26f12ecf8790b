public import EVM
public import Primitives
public import StateTrie

/// What a transaction came to.
public struct TransactionResult: Sendable {
    public var succeeded: Bool
    public var failure: EVMFailure?
    /// After refunds.
    public var gasUsed: UInt64
    /// The gas that was needed at the worst moment, before anything was refunded.
    public var peakGas: UInt64
    public var output: [UInt8]
    public var created: Address?
    public var logs: [Log]
}

/// Why a transaction did not run.
public enum TransactionFailure: Error, Equatable, Sendable {
    /// It is not valid in this block; the state is as it was.
    case refused(TransactionError)
    /// The state could not be read.
    case state(StateTrieError)
}

extension EVM {
    /// Blobs that a block takes, where a chain does not say otherwise.
    public static func defaultMaximumBlobs(_ revision: EVMRevision) -> Int { revision >= .prague ? 9 : 6 }

    /// Runs a transaction: checks it, buys its gas, runs its message, refunds, and pays the coinbase (Yellow Paper,
    /// section 6).
    ///
    /// - Parameters:
    ///   - gasAvailable: what earlier transactions left of the block's gas.
    ///   - maximumBlobs: how many blobs the transaction may have.
    ///   - checks: which rules it must keep.
    public mutating func applyTransaction(
        _ transaction: Transaction, sender: Address, gasAvailable: UInt64? = nil, maximumBlobs: Int? = nil,
        checks: TransactionChecks = .block
    ) throws(TransactionFailure) -> TransactionResult {
        var none: (any Tracer)?
        return try applyTransaction(
            transaction, sender: sender, gasAvailable: gasAvailable, maximumBlobs: maximumBlobs, checks: checks, tracer: &none)
    }

    /// The same, with a tracer.
    public mutating func applyTransaction(
        _ transaction: Transaction, sender: Address, gasAvailable: UInt64? = nil, maximumBlobs: Int? = nil,
        checks: TransactionChecks = .block, tracer: inout (any Tracer)?
    ) throws(TransactionFailure) -> TransactionResult {
        let available = gasAvailable ?? block.gasLimit
        do {
            try validate(transaction, sender: sender, available: available, maximumBlobs: maximumBlobs, checks: checks)
        } catch {
            if let failure = state.failure { throw .state(failure) }
            throw .refused(error)
        }
        let isFree = isFree(transaction, checks)
        let price = isFree ? .zero : transaction.effectiveGasPrice(baseFee: revision >= .london ? block.baseFee : .zero)
        let blobFee = hasFreeBlobs(transaction, checks) ? .zero : block.blobBaseFee &* UInt256(transaction.blobGas)
        state.debit(price &* UInt256(transaction.gasLimit) &+ blobFee, from: sender)
        self.transaction = TransactionContext(origin: sender, gasPrice: price, blobHashes: transaction.blobHashes)
        let nonce = state.nonce(sender)
        state.setNonce(nonce &+ 1, of: sender)
        warmUp(transaction, sender: sender)
        for authorization in transaction.authorizations { apply(authorization) }
        let intrinsic = transaction.intrinsicGas(revision)
        let gas = Int64(clamping: transaction.gasLimit - intrinsic)
        let recipient = transaction.to ?? Self.createAddress(sender, nonce: nonce)
        if transaction.to == nil, revision >= .berlin { state.warm(recipient) }
        if revision >= .prague, transaction.to != nil, let delegate = state.delegate(of: recipient) { state.warm(delegate) }
        let message = Message(
            kind: transaction.to == nil ? .create : .call, gas: gas, recipient: recipient, caller: sender,
            value: transaction.value, input: transaction.data)
        let result: MessageResult
        if var active = tracer {
            result = execute(message, tracing: &active)
            tracer = active
        } else {
            result = execute(message)
        }
        let (used, peak) = settle(transaction, sender: sender, price: price, isFree: isFree, result)
        let logs = state.finishTransaction(revision)
        if let failure = state.failure { throw .state(failure) }
        return TransactionResult(
            succeeded: result.succeeded, failure: result.failure, gasUsed: used, peakGas: peak, output: result.output,
            created: result.created, logs: logs)
    }

    /// Gives unused and refunded gas back and pays the coinbase.
    ///
    /// - Returns: the gas that was used, and what it was before refunds.
    private mutating func settle(
        _ transaction: Transaction, sender: Address, price: UInt256, isFree: Bool, _ result: MessageResult
    ) -> (used: UInt64, peak: UInt64) {
        var used = transaction.gasLimit - UInt64(max(0, result.gasLeft))
        let peak = used
        // A frame's rollback has undone the refunds of what failed; what authorizations earned stays.
        used -= min(used / (revision >= .london ? 5 : 2), UInt64(max(0, state.refund)))
        let floor = transaction.floorGas(revision)
        used = max(used, floor)
        state.credit(price &* UInt256(transaction.gasLimit - used), to: sender)
        let tip = revision >= .london && !isFree ? price &- block.baseFee : price
        state.credit(tip &* UInt256(used), to: block.coinbase)
        return (used, max(peak, floor))
    }

    private mutating func warmUp(_ transaction: Transaction, sender: Address) {
        guard revision >= .berlin else { return }
        state.warm(sender)
        if let to = transaction.to { state.warm(to) }
        for address in Self.precompiles(revision) { state.warm(address) }
        if revision >= .shanghai { state.warm(block.coinbase) }
        for entry in transaction.accessList {
            state.warm(entry.address)
            for slot in entry.slots { state.warm(entry.address, slot: UInt256(bigEndian: slot)) }
        }
    }

    /// EIP-7702: points the authority's code at an address. What is not right with it only makes it void.
    private mutating func apply(_ authorization: Authorization) {
        guard authorization.chainID.isZero || authorization.chainID == UInt256(block.chainID),
            authorization.nonce < UInt64.max, let authority = authorization.authority
        else { return }
        state.warm(authority)
        let code = state.code(of: authority)
        guard code.isEmpty || state.delegate(of: authority) != nil, state.nonce(authority) == authorization.nonce else { return }
        if state.exists(authority) { state.refund += 12500 }
        state.setCode(authorization.address == .zero ? [] : [0xef, 0x01, 0x00] + authorization.address.bytes, of: authority)
        state.setNonce(authorization.nonce + 1, of: authority)
    }
}
