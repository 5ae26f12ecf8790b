import ChainStore
import EngineAPI
import EngineTypes
import EngineWire
import ExecutionChain
import ExecutionNode
import HTTPReader
import JSON
import JSONRPCCore
import KeyValueStore
import Primitives
import RemoteExecutionEngine
import ServiceInterfaces
import TestSupport
import Testing

/// Where a consensus client stands that asks an execution engine.
enum EngineSide: String, CaseIterable, Sendable {
    case inProcess = "in process"
    case overHTTP = "over HTTP with a token"
}

/// An execution node at its genesis, and an engine to ask on one side or the other of a real door.
struct EngineBench: Sendable {
    static let genesisTime: UInt64 = 1_700_000_000
    static let now = Double(genesisTime)

    let node: ExecutionNode
    let engine: any ExecutionEngine
    let secret: JWTSecret
    /// Of the door, if there is one.
    let url: String?

    static func with(_ side: EngineSide, _ body: @escaping @Sendable (EngineBench) async throws -> Void) async throws {
        let folder = TemporaryFolder()
        let node = try ExecutionNode(
            genesis: .polai(timestamp: genesisTime, difficulty: 64),
            store: KeyValueStore(directory: folder.path, tables: ExecutionStore.tables), sealEngine: AnySeal(), logger: quiet)
        let secret = JWTSecret.random()
        guard side == .overHTTP else { return try await body(EngineBench(node: node, engine: node, secret: secret, url: nil)) }
        var dispatcher = RPCDispatcher(limits: EngineDoor.limits, logger: quiet)
        EngineMethods(engine: node, chain: node, client: .init(name: "polai", version: "0")).register(in: &dispatcher)
        try await EngineDoor(dispatcher: dispatcher, secret: secret, now: { now }).served { url in
            let remote = RemoteExecutionEngine(endpoint: try EngineEndpoint(url), secret: secret, now: { now })
            try await body(EngineBench(node: node, engine: remote, secret: secret, url: url))
        }
    }

    var genesis: Hash32 { node.genesisBlock.hash }

    func choice(_ head: Hash32) -> ForkchoiceState { ForkchoiceState(headBlockHash: head, safeBlockHash: .zero, finalizedBlockHash: .zero) }

    func attributes(_ slot: UInt64, _ update: Hash32) -> PayloadAttributes {
        PayloadAttributes(
            timestamp: Self.genesisTime + 12 * slot, prevRandao: Keccak256.hash([2]), suggestedFeeRecipient: .zero,
            withdrawals: [Withdrawal(index: 0, validatorIndex: .max, address: .zero, amount: 1)],
            parentBeaconBlockRoot: Keccak256.hash([7]), updateID: update)
    }

    /// A sealed payload on the genesis block.
    func build() async throws -> ExecutionPayload {
        let begun = try await engine.forkchoiceUpdated(choice(genesis), attributes: attributes(1, .zero))
        return try await engine.getPayload(#require(begun.payloadID)).payload
    }

    func submit(_ payload: ExecutionPayload) async throws -> PayloadStatus {
        try await engine.newPayload(payload, parentBeaconBlockRoot: Keccak256.hash([7]), executionRequests: [])
    }

    /// The code of the refusal that `ask` throws.
    func code(_ ask: () async throws -> Void) async -> EngineErrorCode? {
        do { try await ask() } catch { return (error as? any EngineRefusal)?.engineErrorCode }
        return nil
    }

    /// Any method, as a client of another make would call it.
    func raw(_ method: String, _ parameters: [JSONValue]) async throws -> JSONValue {
        let body: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": .string(method), "params": .array(parameters)]
        let request = HTTPReader.Request(
            .post, try #require(url),
            headers: [("Content-Type", "application/json"), ("Authorization", "Bearer \(EngineToken.issue(secret, now: Self.now))")],
            body: body.utf8)
        let (status, bytes) = try await HTTPReader(timeout: .seconds(30)).read(request, limit: 1 << 20)
        #expect(status == 200)
        return try JSONValue(parsing: bytes)
    }
}

/// A proof of work that every nonce is.
private struct AnySeal: SealEngine {
    func isSealed(_ task: SealTask, nonce: UInt64) -> Bool { true }
    func search(_ task: SealTask, from first: UInt64, count: Int) -> UInt64? { first }
}
