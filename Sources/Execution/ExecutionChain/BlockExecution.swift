import EngineTypes
public import Primitives
public import StateTrie

/// What executing a block's body gives, besides the changed state.
public struct ExecutionOutcome: Hashable, Sendable {
    public var gasUsed: UInt64
    public var receiptsRoot: Hash32
    public var logsBloom: LogsBloom
    /// EIP-7685 requests.
    public var requests: [[UInt8]]
}

/// Runs a block on its parent's state.
public struct BlockExecution: Sendable {
    public let config: ChainConfig

    public init(config: ChainConfig) { self.config = config }

    /// Applies the block's body to `state`, which holds the parent's state before and the block's after.
    ///
    /// In a block without transactions only system calls and withdrawals change the state. A system contract
    /// without code is not called (EIP-4788, EIP-2935: "if no code exists at the address, the call must fail
    /// silently"). This chain deploys none at genesis, so its blocks make no withdrawal or consolidation requests
    /// (EIP-7002 and EIP-7251 would call such a block invalid).
    public func execute(_ block: Block, on state: inout WorldState) throws(BlockError) -> ExecutionOutcome {
        let fork = config.fork(number: block.header.number, timestamp: block.header.timestamp)
        guard fork >= .paris else { throw .forkNotExecuted(fork) }
        guard block.transactions.isEmpty else { throw .transactionsNeedEVM(count: block.transactions.count) }
        guard block.ommers.isEmpty else { throw .ommersAfterMerge(count: block.ommers.count) }
        do {
            for contract in SystemContracts.called(under: fork) where try state.account(contract)?.hasCode == true {
                throw BlockError.systemContractNeedsEVM(contract)
            }
            for withdrawal in block.withdrawals ?? [] { try state.addBalance(withdrawal.wei, to: withdrawal.address) }
        } catch let error as StateTrieError {
            throw .state(error)
        } catch let error as BlockError {
            throw error
        } catch {
            throw .state(.databaseFailed("\(error)"))
        }
        return ExecutionOutcome(gasUsed: 0, receiptsRoot: BlockRoots.emptyTrie, logsBloom: LogsBloom(), requests: [])
    }

    /// Checks a whole block except for its seal: header against parent, body against header, execution against header.
    ///
    /// - Parameters:
    ///   - requests: the EIP-7685 requests that came with the block.
    ///   - state: the parent's state; the block's own on return.
    /// - Returns: what the database must add.
    public func validate(
        _ block: Block, requests: [[UInt8]], parent: BlockHeader, state: inout WorldState
    ) throws(BlockError) -> StateNodes {
        let header = block.header
        try config.validate(header, parent: parent)
        try validateBody(block)
        let outcome = try execute(block, on: &state)
        guard outcome.requests == requests else {
            throw .wrongRequests(expected: outcome.requests.count, actual: requests.count)
        }
        try expect(.gasUsed, "\(outcome.gasUsed)", "\(header.gasUsed)")
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
