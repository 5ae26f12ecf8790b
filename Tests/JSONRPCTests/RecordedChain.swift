import ChainStore
import ExecutionChain
import ExecutionNode
import ExecutionVectors
import Foundation
import JSON
import JSONRPC
import JSONRPCCore
import KeyValueStore
import Primitives
import RLP
import TestSupport
import Testing

/// The published test chain in a node that answers.
struct RecordedChain {
    private let folder = TemporaryFolder()
    private let dispatcher: RPCDispatcher
    let head: BlockHeader

    init() throws {
        let json = try JSONValue(parsing: Data(contentsOf: Present.vectors("execution/rpc/genesis.json")))
        let file = try KeyValueStore(directory: folder.path, tables: ExecutionStore.tables)
        let genesis = try Genesis(json)
        // Its blocks before the merge bear no work.
        var chain = try ChainImport(genesis: genesis, store: file, checksWork: false)
        var decoder = try RLPDecoder([UInt8](Data(contentsOf: Present.vectors("execution/rpc/chain.rlp"))))
        while !decoder.isAtEnd { try chain.add(try Block(encoded: Array(try decoder.encodedItem()))) }
        try chain.finalizeHead()
        head = chain.head
        var options = ExecutionNodeOptions()
        options.stateHistory = .all
        let node = try ExecutionNode(
            genesis: genesis, store: file, sealEngine: NoSeals(), options: options, logger: EthereumMethodsTests.logger)
        var dispatcher = RPCDispatcher(logger: EthereumMethodsTests.logger)
        EthereumMethods(chain: node, hasTestingMethods: true).register(in: &dispatcher)
        self.dispatcher = dispatcher
    }

    /// The answer to a request.
    func answer(_ request: String) async throws -> [UInt8] { try #require(await dispatcher.answer(Array(request.utf8))) }

    /// The `result` of a call, or the error's code.
    func result(_ method: String, _ parameters: JSONValue) async throws -> Result<JSONValue, RPCError> {
        let request: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": .string(method), "params": parameters]
        let answer = try JSONValue(parsing: try await answer(request.description))
        if let result = answer["result"] { return .success(result) }
        return .failure(RPCError(code: answer["error"]?["code"]?.int ?? 0, message: answer["error"]?["message"]?.string ?? ""))
    }
}

/// For a chain whose blocks are not sealed here.
struct NoSeals: SealEngine {
    func isSealed(_ task: SealTask, nonce: UInt64) -> Bool { true }
    func search(_ task: SealTask, from first: UInt64, count: Int) -> UInt64? { first }
}

/// The recorded exchanges of the public suite, on the chain that they were recorded on, through the code of `polai rpctest`.
@Suite("JSON-RPC on the published chain", .needs(vectors: "execution/rpc"))
struct RecordedExchangeTests {
    static func exclusions() throws -> [RPCSuite.Exclusion] {
        let file = try #require(Bundle.module.url(forResource: "Vectors/exclusions", withExtension: "json"))
        return try RPCSuite.Exclusion.list([UInt8](Data(contentsOf: file)))
    }

    @Test("the chain is imported to its end, and every answer is the recorded one")
    func exchanges() async throws {
        let chain = try RecordedChain()
        #expect(chain.head.number == 54 && chain.head.hash.hex == "0xd226371d0b1551adb03fb52b71f08e3e11247fe9b1af994768af8cdaa8e7dcd7")
        let suite = RPCSuite(Present.vectors("execution/rpc"), exclusions: try Self.exclusions())
        let report = await suite.run { try await chain.answer($0) }
        for failure in report.failures { Issue.record("\(failure)") }
        #expect(report.passed + report.skipped == suite.files.count && report.passed >= 70)
        print("recorded exchanges: \(report.summary)")
    }

    @Test("what is left out has a reason, once")
    func exclusions() throws {
        let exclusions = try Self.exclusions()
        #expect(exclusions.allSatisfy { $0.reason.count >= 20 })
        #expect(Set(exclusions.map(\.path)).count == exclusions.count)
    }
}
