public import EVM
public import EngineTypes
public import Primitives
public import StateTrie
public import Transactions

/// Runs a block step by step on its parent's state: `begin`, its transactions, `finish`.
///
/// What imports, builds and simulates blocks differs only in what it does with a refused transaction.
public struct BlockMachine: ~Copyable {
    public let config: ChainConfig
    public let fork: ExecutionFork
    /// The header's fields that contracts see; roots and sums need not be there yet.
    public let header: BlockHeader
    public var evm: EVM
    public internal(set) var receipts: [Receipt] = []
    public internal(set) var gasUsed: UInt64 = 0
    public internal(set) var blobGasUsed: UInt64 = 0
    /// What the coinbase earned by transactions.
    public internal(set) var fees = UInt256.zero
    /// Wei for the block before the merge; `nil` for none.
    public var reward: UInt64?
    /// The parent's state, for receipts that carry a state root.
    let parentState: WorldState

    /// - Parameters:
    ///   - state: the parent's state.
    ///   - codes: code made ready by earlier blocks.
    ///   - blobBaseFee: what blob gas is pretended to cost; `nil` for what the header makes it cost.
    ///   - blockHash: hashes of the block's ancestors by number.
    public init(
        config: ChainConfig, header: BlockHeader, state: WorldState, codes: CodeCache = CodeCache(),
        blobBaseFee: UInt256? = nil, blockHash: @escaping @Sendable (UInt64) throws(StateTrieError) -> Hash32? = { _ in nil }
    ) {
        self.config = config
        self.header = header
        parentState = state
        fork = config.fork(number: header.number, timestamp: header.timestamp)
        if fork < .paris, case .ethereum = config.sealing { reward = Self.blockReward(fork) }
        let revision = fork.revision
        let context = BlockContext(
            coinbase: header.coinbase, number: header.number, timestamp: header.timestamp, gasLimit: header.gasLimit,
            prevRandao: fork >= .paris ? UInt256(bigEndian: header.mixHash) : header.difficulty,
            baseFee: header.baseFeePerGas ?? .zero, blobBaseFee: blobBaseFee ?? config.blobBaseFee(header),
            chainID: config.chainID, blockHash: blockHash)
        evm = EVM(state: ExecutionState(reader: state, codes: codes), revision: revision, block: context)
    }

    /// Runs a transaction from its EIP-2718 envelope.
    public mutating func apply(encoded: [UInt8]) throws(TransactionFailure) {
        let transaction: Transaction
        let sender: Address
        do {
            transaction = try Transaction(encoded: encoded)
            sender = try transaction.sender(fork.revision)
        } catch {
            throw .refused(error)
        }
        _ = try apply(transaction, sender: sender)
    }

    /// Runs transactions, none of which may be refused.
    mutating func apply(all transactions: [[UInt8]]) throws(BlockError) {
        for (index, encoded) in transactions.enumerated() {
            do throws(TransactionFailure) {
                try apply(encoded: encoded)
            } catch {
                throw BlockError(error, index: index)
            }
        }
    }

    /// Runs a transaction whose sender is known, and keeps its receipt.
    public mutating func apply(_ transaction: Transaction, sender: Address) throws(TransactionFailure) -> TransactionResult {
        var none: (any Tracer)?
        return try apply(transaction, sender: sender, checks: .block, tracer: &none)
    }

    /// The same under other checks, and watched.
    public mutating func apply(
        _ transaction: Transaction, sender: Address, checks: TransactionChecks, tracer: inout (any Tracer)?
    ) throws(TransactionFailure) -> TransactionResult {
        let maximumBlobs = config.blobLimits(under: fork).maximum
        let blobsLeft = Int(clamping: maximumBlobs) - Int(clamping: blobGasUsed / GasRules.gasPerBlob)
        let result = try evm.applyTransaction(
            transaction, sender: sender, gasAvailable: header.gasLimit - gasUsed, maximumBlobs: blobsLeft, checks: checks, tracer: &tracer)
        gasUsed += result.gasUsed
        blobGasUsed += transaction.blobGas
        let price = transaction.effectiveGasPrice(baseFee: header.baseFeePerGas ?? .zero)
        fees = fees &+ (price &- (header.baseFeePerGas ?? .zero)) &* UInt256(result.gasUsed)
        receipts.append(
            Receipt(
                kind: transaction.kind, outcome: try outcome(succeeded: result.succeeded), cumulativeGasUsed: gasUsed,
                logs: result.logs))
        return result
    }

    /// A receipt's first field: since Byzantium a status, before it the state root after the transaction (EIP-658).
    private func outcome(succeeded: Bool) throws(TransactionFailure) -> Receipt.Outcome {
        guard fork < .byzantium else { return .status(succeeded) }
        do {
            var copy = parentState
            try evm.state.apply(to: &copy)
            var nodes = StateNodes()
            return .stateRoot(try copy.commit(into: &nodes))
        } catch {
            throw .state(error)
        }
    }

    /// Credits withdrawals and rewards, and collects the requests (EIP-7685).
    ///
    /// - Returns: the requests, each its type byte and data, in order; none is empty.
    public mutating func finish(
        withdrawals: [Withdrawal], ommers: [BlockHeader] = []
    ) throws(BlockError) -> [[UInt8]] {
        for withdrawal in withdrawals {
            let (sum, overflow) = evm.state.balance(withdrawal.address).addingReportingOverflow(withdrawal.wei)
            guard !overflow, sum >= withdrawal.wei else { throw .state(.balanceOutOfRange(withdrawal.address)) }
            evm.state.credit(withdrawal.wei, to: withdrawal.address)
        }
        if fork < .paris { payRewards(ommers: ommers) }
        _ = evm.state.finishTransaction(fork.revision)
        let requests = fork >= .prague ? try collectRequests() : []
        if let failure = evm.state.failure { throw .state(failure) }
        return requests
    }

    /// The receipts' filter.
    public var logsBloom: LogsBloom { Bloom.of(receipts.flatMap(\.logs)) }
    public var receiptsRoot: Hash32 { BlockRoots.receipts(receipts.map(\.encoded)) }
}
