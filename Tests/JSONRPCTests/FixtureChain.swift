import EngineTypes
import ExecutionChain
import Primitives
import ServiceInterfaces
import StateTrie
import Transactions

/// Ten blocks, the fifth with transactions and a withdrawal; a fork beside block 9; finalised at 4, safe at 6.
struct FixtureChain: ExecutionService {
    struct Broken: Error {}

    static let rich = "0x7dcd17433742f4c0ca53122ab541d0ba67fc27df"
    static let fork = Hash32.filled(0xf0)

    var chainID: UInt64 = 13337
    var progress: ExecutionSyncProgress?
    var isBroken = false
    let blocks: [ExecutionBlock] = (0..<10).map { Self.block(number: UInt64($0)) }

    static func block(number: UInt64) -> ExecutionBlock {
        var payload = ExecutionPayload()
        payload.blockNumber = number
        payload.blockHash = .filled(UInt8(number + 1))
        payload.parentHash = number == 0 ? .zero : .filled(UInt8(number))
        payload.gasLimit = 30_000_000
        payload.timestamp = 1_700_000_000 + number * 12
        payload.baseFeePerGas = 7
        payload.difficulty = 0x20000
        payload.powNonce = (try? Bytes8(hex: "0x00000000000004d2")) ?? Bytes8()
        payload.extraData = payload.parentHash.bytes + Hash32.filled(0xab).bytes
        if number == 5 {
            payload.transactions = [[0x02, 0xc0], [0x02, 0xc1, 0x80]]
            payload.withdrawals = [Withdrawal(index: 0, validatorIndex: .max, address: .zero, amount: 1_000_000_000)]
        }
        return ExecutionBlock(
            payload: payload, transactionsRoot: .filled(0x71), withdrawalsRoot: .filled(0x72), parentBeaconBlockRoot: .filled(0x73),
            requestsHash: .filled(0x74), size: 0x2a5)
    }

    func block(_ id: ExecutionBlockID) async throws -> ExecutionBlock? {
        if isBroken { throw Broken() }
        return switch id {
        case .earliest: blocks[0]
        case .latest: blocks[9]
        case .safe: blocks[6]
        case .finalized: blocks[4]
        case .number(let number): number < 10 ? blocks[Int(number)] : nil
        case .hash(Self.fork): Self.block(number: 9)
        case .hash(let hash): blocks.first { $0.payload.blockHash == hash }
        }
    }

    func isCanonical(_ blockHash: Hash32) async throws -> Bool { blockHash != Self.fork }

    func account(_ address: Address, at id: ExecutionBlockID) async throws -> ExecutionAccount? {
        if id == .earliest { return nil }
        guard address.hex == Self.rich else { return ExecutionAccount() }
        return ExecutionAccount(balance: id == .number(3) ? 0x56 : 0x76, nonce: 1, code: [0x36, 0x80])
    }

    func syncProgress() async -> ExecutionSyncProgress? { progress }
    func peerCount() async -> Int { 3 }
    func sealing() async -> (isActive: Bool, hashesPerSecond: UInt64) { (true, 290) }
}

/// No transaction of this chain can be decoded, and its pool takes none.
extension FixtureChain {
    func submit(_ encoded: [UInt8]) async throws -> Hash32 { throw TransactionRefused("txpool is full") }
    func pooled(_ hash: Hash32) async -> RecoveredTransaction? { nil }
    func pooled(of sender: Address, nonce: UInt64) async -> RecoveredTransaction? { nil }
    func nextNonce(of sender: Address) async -> UInt64? { nil }
    func poolCounts() async -> (pending: Int, queued: Int) { (0, 0) }
    func poolContent() async -> PoolContent { PoolContent() }
    func poolContent(of sender: Address) async -> PoolContent { PoolContent() }
    func minimumTip() async -> UInt256 { 1 }

    func place(of transaction: Hash32) async throws -> (block: Hash32, index: UInt64)? { nil }
    func receipts(of block: Hash32) async throws -> [Receipt]? { block == .filled(6) ? nil : [] }
    func logs(_ filter: LogFilter, in blocks: ClosedRange<UInt64>, limit: Int) async throws -> [FoundLog] { [] }
    func logs(_ filter: LogFilter, of block: Hash32) async throws -> [FoundLog]? { [] }

    /// An empty state under the rules of this project's chain.
    private func environment(_ overrides: CallOverrides) -> CallEnvironment {
        CallEnvironment(
            execution: BlockExecution(config: .polai()), header: BlockHeader(number: 9, gasLimit: 30_000_000, baseFeePerGas: 7),
            state: WorldState(database: StateNodes()), overrides: overrides)
    }

    func call(_ request: CallRequest, at id: ExecutionBlockID, overrides: CallOverrides) async throws -> TransactionResult? {
        if id == .earliest { return nil }
        return try environment(overrides).call(request, gas: request.gas ?? 50_000_000)
    }

    func estimateGas(_ request: CallRequest, at id: ExecutionBlockID, overrides: CallOverrides) async throws -> UInt64? {
        if id == .earliest { return nil }
        return try GasEstimation(request, in: environment(overrides), cap: 50_000_000).limit()
    }

    func accessList(_ request: CallRequest, at id: ExecutionBlockID, overrides: CallOverrides) async throws -> AccessListOutcome? {
        if id == .earliest { return nil }
        return try environment(overrides).accessList(request, gas: request.gas ?? 50_000_000)
    }

    func storage(_ address: Address, slot: Hash32, at id: ExecutionBlockID) async throws -> UInt256? { id == .earliest ? nil : .zero }
}

extension Hash32 {
    static func filled(_ byte: UInt8) -> Hash32 { Hash32([UInt8](repeating: byte, count: 32)) ?? .zero }
}

/// Looked into, this chain is empty.
extension FixtureChain {
    var rules: ChainConfig { .polai() }
    func wholeBlock(_ id: ExecutionBlockID) async throws -> Block? { nil }
    func proof(of address: Address, slots: [Hash32], at id: ExecutionBlockID) async throws -> AccountProof? { nil }
    func trace(_ block: Hash32, only index: UInt64?, choice: TraceChoice) async throws -> [TracedTransaction]? { [] }
    func trace(
        _ request: CallRequest, at id: ExecutionBlockID, overrides: CallOverrides, choice: TraceChoice
    ) async throws -> TracedTransaction? { nil }
    func simulate(_ simulation: Simulation, at id: ExecutionBlockID) async throws -> [SimulatedBlock]? { nil }
    func assemble(
        on parent: Hash32, attributes: PayloadAttributes, transactions: [[UInt8]]?, extraData: [UInt8]
    ) async throws -> BuiltBlock? { nil }
}
