public import EVM
public import EngineTypes
public import Primitives
public import StateTrie
public import Transactions

/// What executing a block's body gives, besides the changed state.
public struct ExecutionOutcome: Hashable, Sendable {
    public var gasUsed: UInt64
    public var blobGasUsed: UInt64
    public var receipts: [Receipt]
    public var receiptsRoot: Hash32
    public var logsBloom: LogsBloom
    /// EIP-7685 requests.
    public var requests: [[UInt8]]
    /// Wei that the coinbase earned by transactions.
    public var fees: UInt256
}

/// A block that was found valid: what the database must add, and what the execution gave.
public struct ValidatedBlock: Sendable {
    public var nodes: StateNodes
    public var outcome: ExecutionOutcome
}

/// Runs a block on its parent's state.
public struct BlockExecution: Sendable {
    public let config: ChainConfig
    /// Code made ready to run, kept from block to block.
    public let codes = CodeCache()

    public init(config: ChainConfig) { self.config = config }

    /// Applies the block's body to `state`, which holds the parent's state before and the block's after.
    ///
    /// - Parameter blockHash: hashes of the block's ancestors by number, for BLOCKHASH.
    public func execute(
        _ block: Block, on state: inout WorldState, blockHash: @escaping @Sendable (UInt64) throws(StateTrieError) -> Hash32? = { _ in nil }
    ) throws(BlockError) -> ExecutionOutcome {
        try run(block.header, on: &state, withdrawals: block.withdrawals ?? [], ommers: block.ommers, blockHash: blockHash) {
            machine throws(BlockError) in try machine.apply(all: block.transactions)
        }
    }

    /// Runs a block whose transactions `body` applies.
    func run(
        _ header: BlockHeader, on state: inout WorldState, withdrawals: [Withdrawal], ommers: [BlockHeader] = [],
        blockHash: @escaping @Sendable (UInt64) throws(StateTrieError) -> Hash32?,
        body: (inout BlockMachine) throws(BlockError) -> Void
    ) throws(BlockError) -> ExecutionOutcome {
        var machine = BlockMachine(config: config, header: header, state: state, codes: codes, blockHash: blockHash)
        guard ommers.isEmpty || machine.fork < .paris else { throw .ommersAfterMerge(count: ommers.count) }
        guard ommers.count <= 2 else { throw .tooManyOmmers(count: ommers.count) }
        try machine.begin()
        try body(&machine)
        let requests = try machine.finish(withdrawals: withdrawals, ommers: ommers)
        do {
            try machine.evm.state.apply(to: &state)
        } catch {
            throw .state(error)
        }
        return ExecutionOutcome(
            gasUsed: machine.gasUsed, blobGasUsed: machine.blobGasUsed, receipts: machine.receipts,
            receiptsRoot: machine.receiptsRoot, logsBloom: machine.logsBloom, requests: requests, fees: machine.fees)
    }

    /// Checks a whole block except for its seal: header against parent, body against header, execution against header.
    ///
    /// - Parameters:
    ///   - requests: the EIP-7685 requests that came with the block; `nil` when it came alone, and the header's hash of
    ///     them is all there is to compare.
    ///   - state: the parent's state; the block's own on return.
    ///   - blockHash: hashes of the block's ancestors by number, for BLOCKHASH.
    public func validate(
        _ block: Block, requests: [[UInt8]]? = nil, parent: BlockHeader, state: inout WorldState,
        blockHash: @escaping @Sendable (UInt64) throws(StateTrieError) -> Hash32? = { _ in nil }
    ) throws(BlockError) -> ValidatedBlock {
        try config.validate(block.header, parent: parent)
        try validateBody(block)
        try validateSize(block)
        let outcome = try execute(block, on: &state, blockHash: blockHash)
        if let requests, outcome.requests != requests {
            throw .wrongRequests(expected: outcome.requests.count, actual: requests.count)
        }
        return ValidatedBlock(nodes: try validate(outcome, of: block.header, state: &state), outcome: outcome)
    }

    /// What the execution gave is what the header says.
    private func validate(
        _ outcome: ExecutionOutcome, of header: BlockHeader, state: inout WorldState
    ) throws(BlockError) -> StateNodes {
        try expect(.gasUsed, "\(outcome.gasUsed)", "\(header.gasUsed)")
        if let blobGasUsed = header.blobGasUsed { try expect(.blobGasUsed, "\(outcome.blobGasUsed)", "\(blobGasUsed)") }
        try expect(.receiptsRoot, outcome.receiptsRoot.hex, header.receiptsRoot.hex)
        try expect(.logsBloom, outcome.logsBloom.hex, header.logsBloom.hex)
        if let requestsHash = header.requestsHash {
            try expect(.requestsHash, BlockRoots.requests(outcome.requests).hex, requestsHash.hex)
        }
        var nodes = StateNodes()
        let stateRoot = try Self.commit(&state, into: &nodes)
        try expect(.stateRoot, stateRoot.hex, header.stateRoot.hex)
        return nodes
    }

    /// The header's roots are those of the body.
    public func validateBody(_ block: Block) throws(BlockError) {
        try expect(.transactionsRoot, BlockRoots.transactions(block.transactions).hex, block.header.transactionsRoot.hex)
        try expect(.ommersHash, BlockRoots.ommers(block.ommers).hex, block.header.ommersHash.hex)
        let root = block.withdrawals.map { BlockRoots.withdrawals($0).hex } ?? "none"
        try expect(.withdrawalsRoot, root, block.header.withdrawalsRoot?.hex ?? "none")
    }

    /// A block is no longer than EIP-7934 says.
    private func validateSize(_ block: Block) throws(BlockError) {
        guard config.fork(number: block.header.number, timestamp: block.header.timestamp) >= .osaka else { return }
        let size = block.encoded.count
        guard size <= GasRules.maximumBlockSize else { throw .tooLong(bytes: size, maximum: GasRules.maximumBlockSize) }
    }

    private func expect(_ field: HeaderField, _ expected: String, _ actual: String) throws(BlockError) {
        guard expected == actual else { throw .mismatch(field, expected: expected, actual: actual) }
    }

    static func commit(_ state: inout WorldState, into nodes: inout StateNodes) throws(BlockError) -> Hash32 {
        do {
            return try state.commit(into: &nodes)
        } catch {
            throw .state(error)
        }
    }
}
