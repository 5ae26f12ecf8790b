import ChainStore
import EngineTypes
import ExecutionChain
import ExecutionNode
import JSON
import JSONRPC
import JSONRPCCore
import KeyValueStore
import Primitives
import Secp256k1
import ServiceInterfaces
import TestSupport
import Testing
import Transactions

/// A node of this project's chain with one rich account, driven by JSON-RPC and by a consensus layer of this test.
final class SealedChain: Sendable {
    static let genesisTime: UInt64 = 1_700_000_000
    /// What the rich account owns: 1000 ether.
    static let fortune = UInt256(1_000_000_000_000_000_000) &* 1000

    let key: Secp256k1PrivateKey
    let node: ExecutionNode
    private let folder = TemporaryFolder()
    private let dispatcher: RPCDispatcher

    init(
        seals: any SealEngine = NoSeals(), sealThreads: Int = 1, _ change: (inout ExecutionNodeOptions) -> Void = { _ in }
    ) throws {
        key = try Secp256k1PrivateKey(UInt256(1).bigEndianHash)
        let file = try KeyValueStore(directory: folder.path, tables: ExecutionStore.tables)
        let genesis = Genesis.polai(
            timestamp: Self.genesisTime, difficulty: 64, allocations: [key.address: Genesis.Allocation(balance: Self.fortune)])
        var options = ExecutionNodeOptions()
        options.sealThreads = sealThreads
        change(&options)
        node = try ExecutionNode(
            genesis: genesis, store: file, sealEngine: seals, options: options, logger: EthereumMethodsTests.logger)
        var dispatcher = RPCDispatcher(logger: EthereumMethodsTests.logger)
        EthereumMethods(chain: node, filterLifetime: .seconds(86_400)).register(in: &dispatcher)
        self.dispatcher = dispatcher
    }

    /// The `result`, or throws the error object with its data.
    func call(_ method: String, _ parameters: JSONValue...) async throws -> JSONValue { try await call(method, list: parameters) }

    func call(_ method: String, list parameters: [JSONValue]) async throws -> JSONValue {
        let request: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": .string(method), "params": .array(parameters)]
        let answer = try JSONValue(parsing: try #require(await dispatcher.answer(request.utf8)))
        if let result = answer["result"] { return result }
        let error = try #require(answer["error"])
        throw RPCError(code: Int(error["code"]?.description ?? "") ?? 0, message: error["message"]?.string ?? "", data: error["data"])
    }

    func sign(
        nonce: UInt64, to: Address?, value: UInt256 = 0, data: [UInt8] = [], gas: UInt64 = 21_000,
        _ change: (inout Transaction) -> Void = { _ in }
    ) -> Transaction {
        var transaction = Transaction(
            kind: .dynamicFee, chainID: 13337, nonce: nonce, gasPrice: 10_000_000_000, maxPriorityFeePerGas: 1_000_000_000,
            gasLimit: gas, to: to, value: value, data: data)
        change(&transaction)
        return transaction.signed(by: key)
    }

    func send(_ transaction: Transaction) async throws -> JSONValue {
        try await call("eth_sendRawTransaction", .string(transaction.encoded.hex))
    }

    /// Builds, imports and follows the next block.
    @discardableResult
    func mine() async throws -> ExecutionPayload {
        let head = try #require(await node.block(.latest)).payload
        let slot = (head.timestamp - Self.genesisTime) / 12 + 1
        let attributes = PayloadAttributes(
            timestamp: Self.genesisTime + 12 * slot, prevRandao: .zero,
            suggestedFeeRecipient: Address([UInt8](repeating: 0xc0, count: 20)) ?? .zero,
            withdrawals: [], parentBeaconBlockRoot: .zero, updateID: .zero)
        let id = try await follow(head.blockHash, attributes: attributes).payloadID
        let payload = try await node.getPayload(#require(id)).payload
        #expect(try await node.newPayload(payload, parentBeaconBlockRoot: .zero, executionRequests: []) == .valid(payload.blockHash))
        _ = try await follow(payload.blockHash)
        return payload
    }

    @discardableResult
    func follow(_ head: Hash32, attributes: PayloadAttributes? = nil) async throws -> ForkchoiceUpdated {
        try await node.forkchoiceUpdated(
            ForkchoiceState(headBlockHash: head, safeBlockHash: .zero, finalizedBlockHash: .zero), attributes: attributes)
    }
}

/// Stores the first word of its call, logs it under topic 42 and returns it; reverts with `Error("no")` without a word.
enum WordContract {
    static let code: [UInt8] =
        [
            // if calldatasize > 0 goto 0x2c
            0x36, 0x60, 0x2c, 0x57,
            // mstore(0, Error selector), mstore(4, 32), mstore(36, 2), mstore(68, "no"), revert(0, 100)
            0x63, 0x08, 0xc3, 0x79, 0xa0, 0x60, 0xe0, 0x1b, 0x60, 0x00, 0x52,
            0x60, 0x20, 0x60, 0x04, 0x52, 0x60, 0x02, 0x60, 0x24, 0x52,
            0x61, 0x6e, 0x6f, 0x60, 0xf0, 0x1b, 0x60, 0x44, 0x52,
            0x60, 0x64, 0x60, 0x00, 0xfd,
        ] + [UInt8](repeating: 0x00, count: 5) + [
            0x5b, 0x60, 0x00, 0x35, 0x60, 0x00, 0x55, 0x60, 0x00, 0x35, 0x60, 0x00, 0x52, 0x60, 0x2a, 0x60, 0x20, 0x60, 0x00, 0xa1, 0x60,
            0x00, 0x54, 0x60, 0x00, 0x52, 0x60, 0x20, 0x60, 0x00, 0xf3,
        ]
    static let initcode: [UInt8] = [0x60, UInt8(code.count), 0x80, 0x60, 0x0b, 0x60, 0x00, 0x39, 0x60, 0x00, 0xf3] + code
}
