import EngineTypes
import ExecutionChain
import Primitives
import ServiceInterfaces
import StateTrie
import Transactions

/// Ten blocks and one account, for the JSON-RPC door.
struct FuzzExecutionChain: ExecutionService {
    let chainID: UInt64 = 13337

    private static func block(_ number: UInt64) -> ExecutionBlock {
        var payload = ExecutionPayload()
        payload.blockNumber = number
        payload.blockHash = Keccak256.hash([UInt8(number)])
        payload.transactions = [[0x02, 0xc0], [0xc0]]
        payload.withdrawals = [Withdrawal(index: 0, validatorIndex: .max, address: .zero, amount: .max)]
        payload.difficulty = .max
        return ExecutionBlock(
            payload: payload, transactionsRoot: .zero, withdrawalsRoot: .zero, parentBeaconBlockRoot: .zero, requestsHash: .zero, size: 9)
    }

    func block(_ id: ExecutionBlockID) async throws -> ExecutionBlock? {
        switch id {
        case .earliest: Self.block(0)
        case .latest: Self.block(9)
        case .safe, .finalized: Self.block(4)
        case .number(let number): number < 10 ? Self.block(number) : nil
        case .hash(let hash): hash == Keccak256.hash([3]) ? Self.block(3) : nil
        }
    }

    func isCanonical(_ blockHash: Hash32) async throws -> Bool { true }
    func account(_ address: Address, at id: ExecutionBlockID) async throws -> ExecutionAccount? {
        ExecutionAccount(balance: .max, nonce: .max, code: [1, 2])
    }
    func syncProgress() async -> ExecutionSyncProgress? { nil }
    func peerCount() async -> Int { 3 }
    func sealing() async -> (isActive: Bool, hashesPerSecond: UInt64) { (true, .max) }
}

/// A pool that takes whatever can be read, and calls on an empty state with little gas.
extension FuzzExecutionChain {
    func submit(_ encoded: [UInt8]) async throws -> Hash32 {
        do {
            return try RecoveredTransaction(encoded: encoded).hash
        } catch {
            throw TransactionRefused(error.description)
        }
    }

    func pooled(_ hash: Hash32) async -> RecoveredTransaction? { nil }
    func pooled(of sender: Address, nonce: UInt64) async -> RecoveredTransaction? { nil }
    func nextNonce(of sender: Address) async -> UInt64? { .max }
    func poolCounts() async -> (pending: Int, queued: Int) { (1, 2) }
    func poolContent() async -> PoolContent { PoolContent() }
    func poolContent(of sender: Address) async -> PoolContent { PoolContent() }
    func minimumTip() async -> UInt256 { .max }

    func place(of transaction: Hash32) async throws -> (block: Hash32, index: UInt64)? { (Keccak256.hash([3]), 1) }
    func receipts(of block: Hash32) async throws -> [Receipt]? {
        [Receipt(kind: .legacy, outcome: .status(true), cumulativeGasUsed: .max, logs: [])]
    }
    func logs(_ filter: LogFilter, in blocks: ClosedRange<UInt64>, limit: Int) async throws -> [FoundLog] { [] }
    func logs(_ filter: LogFilter, of block: Hash32) async throws -> [FoundLog]? { [] }

    private static let gas: UInt64 = 200_000

    private func environment(_ overrides: CallOverrides) -> CallEnvironment {
        CallEnvironment(
            execution: BlockExecution(config: .polai()), header: BlockHeader(number: 9, gasLimit: Self.gas, baseFeePerGas: 7),
            state: WorldState(database: StateNodes()), overrides: overrides)
    }

    func call(_ request: CallRequest, at id: ExecutionBlockID, overrides: CallOverrides) async throws -> TransactionResult? {
        try environment(overrides).call(request, gas: min(request.gas ?? Self.gas, Self.gas))
    }

    func estimateGas(_ request: CallRequest, at id: ExecutionBlockID, overrides: CallOverrides) async throws -> UInt64? {
        try GasEstimation(request, in: environment(overrides), cap: Self.gas).limit()
    }

    func accessList(_ request: CallRequest, at id: ExecutionBlockID, overrides: CallOverrides) async throws -> AccessListOutcome? {
        try environment(overrides).accessList(request, gas: min(request.gas ?? Self.gas, Self.gas))
    }

    func storage(_ address: Address, slot: Hash32, at id: ExecutionBlockID) async throws -> UInt256? { .max }
}

/// Looked into, this chain is empty.
extension FuzzExecutionChain {
    var rules: ChainConfig { .polai() }
    func wholeBlock(_ id: ExecutionBlockID) async throws -> Block? { nil }
    func proof(of address: Address, slots: [Hash32], at id: ExecutionBlockID) async throws -> AccountProof? { nil }
    func oldestState() async throws -> UInt64 { 3 }
    func trace<Value: Sendable>(
        _ block: Hash32, only index: UInt64?, choice: TraceChoice, form: @escaping @Sendable (TracedTransaction) throws -> Value
    ) async throws -> [Value]? { [] }
    func trace<Value: Sendable>(
        _ request: CallRequest, at id: ExecutionBlockID, overrides: CallOverrides, choice: TraceChoice,
        form: @escaping @Sendable (TracedTransaction) throws -> Value
    ) async throws -> Value? { nil }
    func simulate(_ simulation: Simulation, at id: ExecutionBlockID) async throws -> [SimulatedBlock]? { nil }
    func assemble(
        on parent: Hash32, attributes: PayloadAttributes, transactions: [[UInt8]]?, extraData: [UInt8]
    ) async throws -> BuiltBlock? { nil }
}

/// Nobody mines this chain.
extension FuzzExecutionChain {
    func miningWork() async -> MiningWork? { nil }
    func submitSeal(_ nonce: UInt64, of sealHash: Hash32) async throws -> ShareVerdict { .stale }
    func submitHashrate(_ rate: UInt64, of miner: Hash32) async {}
    func setSealThreads(_ count: Int?) async {}
    func setGasLimitTarget(_ gas: UInt64) async {}
    func setMinimumTip(_ wei: UInt256) async {}
}
