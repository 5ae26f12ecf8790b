public import EVM
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
        var machine = BlockMachine(config: config, header: block.header, state: state, codes: codes, blockHash: blockHash)
        guard block.ommers.isEmpty || machine.fork < .paris else { throw .ommersAfterMerge(count: block.ommers.count) }
        guard block.ommers.count <= 2 else { throw .tooManyOmmers(count: block.ommers.count) }
        try machine.begin()
        for (index, encoded) in block.transactions.enumerated() {
            do {
                try machine.apply(encoded: encoded)
            } catch {
                throw BlockError(error, index: index)
            }
        }
        let requests = try machine.finish(withdrawals: block.withdrawals ?? [], ommers: block.ommers)
        do {
            try machine.evm.state.apply(to: &state)
        } catch {
            throw .state(error)
        }
        return ExecutionOutcome(
            gasUsed: machine.gasUsed, blobGasUsed: machine.blobGasUsed, receipts: machine.receipts,
            receiptsRoot: machine.receiptsRoot, logsBloom: machine.logsBloom, requests: requests)
    }

    /// Checks a block's execution against its header, whose requests are those that the execution makes.
    ///
    /// - Returns: what the database must add, and what the execution gave.
    public func importBlock(
        _ block: Block, parent: BlockHeader, state: inout WorldState,
        blockHash: @escaping @Sendable (UInt64) throws(StateTrieError) -> Hash32? = { _ in nil }
    ) throws(BlockError) -> (nodes: StateNodes, outcome: ExecutionOutcome) {
        try config.validate(block.header, parent: parent)
        try validateBody(block)
        let outcome = try execute(block, on: &state, blockHash: blockHash)
        return (try validate(outcome, of: block.header, state: &state), outcome)
    }

    /// Checks a whole block except for its seal: header against parent, body against header, execution against header.
    ///
    /// - Parameters:
    ///   - requests: the EIP-7685 requests that came with the block.
    ///   - state: the parent's state; the block's own on return.
    ///   - blockHash: hashes of the block's ancestors by number, for BLOCKHASH.
    /// - Returns: what the database must add.
    public func validate(
        _ block: Block, requests: [[UInt8]], parent: BlockHeader, state: inout WorldState,
        blockHash: @escaping @Sendable (UInt64) throws(StateTrieError) -> Hash32? = { _ in nil }
    ) throws(BlockError) -> StateNodes {
        try config.validate(block.header, parent: parent)
        try validateBody(block)
        let outcome = try execute(block, on: &state, blockHash: blockHash)
        guard outcome.requests == requests else {
            throw .wrongRequests(expected: outcome.requests.count, actual: requests.count)
        }
        return try validate(outcome, of: block.header, state: &state)
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
