import ChainStore
import ExecutionChain
import Foundation
import JSON
import JSONRPC
import JSONRPCCore
import KeyValueStore
import Primitives
import RLP
import StateTrie
import TestSupport
import Testing

@testable import ExecutionNode

/// The published test chain as far as this node's forks go, in a node that answers.
struct RecordedChain {
    /// Its last block, the last under the Prague rules; the file goes on to 54.
    static let head: UInt64 = 47

    private let folder = TemporaryFolder()
    private let dispatcher: RPCDispatcher

    init() throws {
        let json = try JSONValue(parsing: Data(contentsOf: Present.vectors("execution/rpc/genesis.json")))
        let file = try KeyValueStore(directory: folder.path, tables: ExecutionStore.tables)
        let genesis = try Genesis(json)
        let logger = EthereumMethodsTests.logger
        // Writes the genesis block.
        _ = try ExecutionNode(genesis: genesis, store: file, sealEngine: NoSeals(), logger: logger)
        try Self.fill(StoredChain(store: try ExecutionStore(file)), genesis: genesis)
        let node = try ExecutionNode(genesis: genesis, store: file, sealEngine: NoSeals(), logger: logger)
        var dispatcher = RPCDispatcher(logger: logger)
        EthereumMethods(chain: node).register(in: &dispatcher)
        self.dispatcher = dispatcher
    }

    private static func fill(_ chain: StoredChain, genesis: Genesis) throws {
        let execution = BlockExecution(config: genesis.config)
        var parent = try genesis.block().block.header
        var decoder = try RLPDecoder([UInt8](Data(contentsOf: Present.vectors("execution/rpc/chain.rlp"))))
        while parent.number < head {
            let block = try Block(encoded: Array(try decoder.encodedItem()))
            var state = chain.state(parent.stateRoot)
            let (hash, ancestor) = (block.hash, block.header.parentHash)
            let valid = try execution.validate(block, parent: parent, state: &state) {
                number throws(StateTrieError) in try chain.ancestorHash(number, from: ancestor)
            }
            try chain.store.write { batch in
                batch.put(block, hash: hash, nodes: valid.nodes, receipts: valid.outcome.receipts)
                batch.setCanonical(block.header.number, hash)
                for (index, encoded) in block.transactions.enumerated() {
                    batch.setPlace(TransactionPlace(block: hash, index: UInt64(index)), of: Keccak256.hash(encoded))
                }
                batch.set(.head, hash)
            }
            parent = block.header
        }
    }

    /// The answer to a request.
    func answer(_ request: JSONValue) async throws -> JSONValue {
        try JSONValue(parsing: try #require(await dispatcher.answer(request.utf8)))
    }
}

/// For a chain whose blocks are not sealed here.
struct NoSeals: SealEngine {
    func isSealed(_ task: SealTask, nonce: UInt64) -> Bool { true }
    func search(_ task: SealTask, from first: UInt64, count: Int) -> UInt64? { first }
}

/// Every recorded exchange about transactions, receipts, logs and calls, on the chain that it was recorded on.
@Suite("JSON-RPC on the published chain", .needs(vectors: "execution/rpc"))
struct RecordedExchangeTests {
    private static let methods = [
        "debug_getRawReceipts", "debug_getRawTransaction", "eth_call", "eth_estimateGas", "eth_getBlockReceipts", "eth_getLogs",
        "eth_getStorageAt", "eth_getTransactionByBlockHashAndIndex", "eth_getTransactionByBlockNumberAndIndex",
        "eth_getTransactionByHash", "eth_getTransactionCount", "eth_getTransactionReceipt",
    ]

    /// Why some are not compared.
    private static let excluded: [String: String] = {
        let beyond = "recorded on block 54, under Osaka's rules, which this node does not have"
        return [
            "eth_call/call-callenv.io": beyond, "eth_call/call-callenv-options-eip1559.io": beyond,
            "eth_getBlockReceipts/get-block-receipts-latest.io": beyond, "eth_getStorageAt/get-storage.io": beyond,
            "eth_getStorageAt/get-storage-default-block.io": beyond, "eth_getTransactionCount/get-nonce-default-block.io": beyond,
            "debug_getRawTransaction/get-invalid-hash.io": "the message names a type of Go's",
        ]
    }()

    @Test("every answer is geth's")
    func exchanges() async throws {
        let chain = try RecordedChain()
        var compared = 0
        for method in Self.methods {
            let folder = Present.vectors("execution/rpc/" + method)
            for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() where file.hasSuffix(".io") {
                let name = "\(method)/\(file)"
                guard Self.excluded[name] == nil else { continue }
                let lines = try String(contentsOf: folder.appending(path: file), encoding: .utf8).split(separator: "\n")
                let texts = lines.filter { $0.hasPrefix(">> ") || $0.hasPrefix("<< ") }
                for (request, response) in zip(texts, texts.dropFirst()) where request.hasPrefix(">>") {
                    let answer = try await chain.answer(JSONValue(parsing: String(request.dropFirst(3))))
                    let expected = try JSONValue(parsing: String(response.dropFirst(3)))
                    #expect(Self.sorted(answer) == Self.sorted(expected), "\(name)")
                    compared += 1
                }
            }
        }
        #expect(compared == 33)
        print("recorded exchanges: \(compared) compared, \(Self.excluded.count) excluded")
    }

    /// With members in the order of their names, which JSON leaves open.
    private static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            .object(members.map { .init($0.name, sorted($0.value)) }.sorted { $0.name < $1.name })
        case .array(let elements): .array(elements.map(sorted))
        default: value
        }
    }
}
