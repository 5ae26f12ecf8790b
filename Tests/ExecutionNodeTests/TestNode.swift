import ChainStore
import EngineTypes
import ExecutionChain
import ExecutionNode
import KeyValueStore
import Logging
import Primitives
import ServiceInterfaces
import TestSupport
import Testing

/// A node on a directory of its own, driven as a consensus layer would.
struct TestNode {
    static let alice = Address([UInt8](repeating: 0xaa, count: 20)) ?? .zero
    /// What funded accounts own: 1000 ether.
    static let fortune = UInt256(1_000_000_000_000_000_000) &* 1000
    static let genesisTime: UInt64 = 1_700_000_000

    let file: KeyValueStore
    let node: ExecutionNode

    init(
        _ directory: TemporaryFolder, seals: any SealEngine = KeccakSeals(), difficulty: UInt256 = 64,
        sealTimeLimit: Duration = .seconds(30), stateHistory: StateHistory = .recent(128), funded: [Address] = []
    ) throws {
        try self.init(
            path: directory.path, seals: seals, difficulty: difficulty, sealTimeLimit: sealTimeLimit, stateHistory: stateHistory,
            funded: funded)
    }

    init(
        path: String, seals: any SealEngine = KeccakSeals(), difficulty: UInt256 = 64, sealTimeLimit: Duration = .seconds(30),
        stateHistory: StateHistory = .recent(128), funded: [Address] = []
    ) throws {
        file = try KeyValueStore(directory: path, tables: ExecutionStore.tables)
        var genesis = Genesis.polai(timestamp: Self.genesisTime, difficulty: difficulty)
        genesis.allocations[Self.alice] = Genesis.Allocation(balance: 1)
        for address in funded { genesis.allocations[address] = Genesis.Allocation(balance: Self.fortune) }
        var options = ExecutionNodeOptions()
        options.sealTimeLimit = sealTimeLimit
        options.sealThreads = 2
        options.stateHistory = stateHistory
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        node = try ExecutionNode(genesis: genesis, store: file, sealEngine: seals, options: options, logger: logger)
    }

    /// Who gets the tips of this node's blocks.
    static let coinbase = Address([UInt8](repeating: 0xc0, count: 20)) ?? .zero

    static func attributes(slot: UInt64, update: Hash32 = .zero, amount: UInt64 = 1) -> PayloadAttributes {
        PayloadAttributes(
            timestamp: genesisTime + 12 * slot, prevRandao: Keccak256.hash([UInt8(slot % 256)]), suggestedFeeRecipient: coinbase,
            withdrawals: [Withdrawal(index: slot, validatorIndex: 0, address: alice, amount: amount)],
            parentBeaconBlockRoot: beaconRoot, updateID: update)
    }

    static let beaconRoot = Keccak256.hash([7])

    var genesisHash: Hash32 { node.genesisBlock.hash }

    func follow(_ head: Hash32, safe: Hash32 = .zero, finalized: Hash32 = .zero, attributes: PayloadAttributes? = nil) async throws
        -> ForkchoiceUpdated
    {
        try await node.forkchoiceUpdated(
            ForkchoiceState(headBlockHash: head, safeBlockHash: safe, finalizedBlockHash: finalized), attributes: attributes)
    }

    /// A sealed payload on `parent`.
    func build(on parent: Hash32, slot: UInt64, update: Hash32 = .zero, amount: UInt64 = 1) async throws -> ExecutionPayload {
        let answer = try await follow(parent, attributes: Self.attributes(slot: slot, update: update, amount: amount))
        #expect(answer.payloadStatus == .valid(parent))
        return try await node.getPayload(#require(answer.payloadID)).payload
    }

    func submit(_ payload: ExecutionPayload, beaconRoot: Hash32 = Self.beaconRoot) async throws -> PayloadStatus {
        try await node.newPayload(payload, parentBeaconBlockRoot: beaconRoot, executionRequests: [])
    }

    /// Builds, imports and follows a block.
    @discardableResult
    func advance(slot: UInt64, update: Hash32 = .zero, amount: UInt64 = 1) async throws -> ExecutionPayload {
        let head = try #require(await node.block(.latest)).payload.blockHash
        let payload = try await build(on: head, slot: slot, update: update, amount: amount)
        #expect(try await submit(payload) == .valid(payload.blockHash))
        _ = try await follow(payload.blockHash)
        return payload
    }

    /// `payload` with a change, under the hash that it then has.
    static func rehashed(_ payload: ExecutionPayload, beaconRoot: Hash32 = beaconRoot, _ change: (inout ExecutionPayload) -> Void) throws
        -> ExecutionPayload
    {
        var changed = payload
        change(&changed)
        let error = #expect(throws: BlockError.self) {
            _ = try Block(changed, parentBeaconBlockRoot: beaconRoot, executionRequests: [])
        }
        guard case .mismatch(.blockHash, let expected, _) = error else { return changed }
        changed.blockHash = try Hash32(hex: expected)
        return changed
    }
}
