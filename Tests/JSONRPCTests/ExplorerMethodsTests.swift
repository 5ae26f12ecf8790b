import JSON
import JSONRPC
import JSONRPCCore
import Logging
import Primitives
import ServiceInterfaces
import Testing

/// What explorers and wallets call first, on a chain without transactions.
@Suite("Methods of explorers and wallets")
struct ExplorerMethodsTests {
    private static let hash = JSONValue.string(Hash32.filled(1).hex)
    private static let empty = JSONValue.string("0x" + String(repeating: "11", count: 20))

    /// A node, kept between calls.
    private let dispatcher: RPCDispatcher = {
        var dispatcher = RPCDispatcher(logger: EthereumMethodsTests.logger)
        EthereumMethods(chain: FixtureChain()).register(in: &dispatcher)
        return dispatcher
    }()

    private func call(_ method: String, _ parameters: JSONValue = []) async throws -> JSONValue {
        let request: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": .string(method), "params": parameters]
        let answer = try JSONValue(parsing: try #require(await dispatcher.answer(request.utf8)))
        if let result = answer["result"] { return result }
        throw RPCError(code: Int(answer["error"]?["code"]?.description ?? "") ?? 0, message: answer["error"]?["message"]?.string ?? "")
    }

    @Test(
        "Nothing is null, an empty list or zero",
        arguments: [
            ("eth_getTransactionByHash", [hash], .null), ("eth_getTransactionReceipt", [hash], .null),
            ("eth_getTransactionByBlockNumberAndIndex", ["latest", "0x0"], .null), ("eth_getUncleCountByBlockNumber", ["latest"], "0x0"),
            ("eth_getUncleCountByBlockNumber", ["0xfff"], .null), ("eth_getBlockReceipts", ["latest"], []),
            ("eth_getBlockReceipts", ["0xfff"], .null),
            ("eth_getLogs", [["fromBlock": "0x0", "toBlock": "latest"]], []), ("eth_getLogs", [["blockHash": hash]], []),
            ("eth_getStorageAt", [empty, "0x0", "latest"], .string(Hash32.zero.hex)),
            ("eth_call", [["to": empty, "data": "0x01"], "latest"], "0x"), ("eth_estimateGas", [["to": empty]], "0x5208"),
            ("eth_estimateGas", [["to": empty, "input": "0x0001"]], "0x52df"),
            ("eth_maxPriorityFeePerGas", [], "0x1"), ("txpool_status", [], ["pending": "0x0", "queued": "0x0"]), ("admin_peers", [], []),
            ("eth_pendingTransactions", [], []),
        ] as [(String, JSONValue, JSONValue)])
    func nothing(method: String, parameters: JSONValue, result: JSONValue) async throws {
        #expect(try await call(method, parameters) == result)
    }

    @Test(
        "What cannot be served is said",
        arguments: [
            ("eth_call", [["to": .string(FixtureChain.rich), "gasPrice": "0x7"], "latest"], -32000),
            ("eth_sendRawTransaction", ["0x02"], -32000),
            ("eth_getTransactionByHash", ["0x12"], -32602), ("eth_getLogs", [["fromBlock": "0x5", "toBlock": "0x4"]], -32602),
            ("eth_getLogs", [["blockHash": hash, "fromBlock": "0x1"]], -32602), ("eth_getFilterChanges", ["0x1"], -32000),
            ("eth_subscribe", ["newHeads"], -32001), ("eth_feeHistory", ["0x1", "latest", [50, 10]], -32602),
        ] as [(String, JSONValue, Int)])
    func refusals(method: String, parameters: JSONValue, code: Int) async throws {
        let error = await #expect(throws: RPCError.self) { try await call(method, parameters) }
        #expect(error?.code == code)
    }

    @Test("Fee history has one base fee more than blocks")
    func fees() async throws {
        let history = try await call("eth_feeHistory", ["0x3", "latest", [10, 90]])
        #expect(history["oldestBlock"] == "0x7")
        #expect(history["baseFeePerGas"]?.array?.count == 4 && history["gasUsedRatio"]?.array?.count == 3)
        #expect(history["reward"]?.array == Array(repeating: ["0x0", "0x0"], count: 3))
    }

    /// One peer, and an operator who names others.
    private struct Peers: PeerAdministration {
        func nodeInfo() -> ExecutionNodeInfo? {
            ExecutionNodeInfo(
                id: .filled(2), enode: "enode://22@192.0.2.2:30303", enr: "enr:-22", address: "192.0.2.2", discoveryPort: 30301,
                listenerPort: 30303)
        }

        func peerInfos() -> [ExecutionPeerInfo] {
            [
                ExecutionPeerInfo(
                    id: .filled(3), enode: "enode://33@192.0.2.3:30303", name: "geth", capabilities: ["eth/68"],
                    remoteAddress: "192.0.2.3:30303",
                    isInbound: true, ethVersion: 68)
            ]
        }

        func addPeer(_ address: String) throws -> Bool {
            guard address.hasPrefix("enode://") else { throw BadPeerAddress("the key") }
            return true
        }

        func removePeer(_ address: String) -> Bool { true }
    }

    @Test("Peers are counted, shown, and named by the operator")
    func peers() async throws {
        var dispatcher = RPCDispatcher(logger: EthereumMethodsTests.logger)
        var everybody = dispatcher
        EthereumMethods(chain: FixtureChain(), administersPeers: true, peers: Peers()).register(in: &dispatcher)
        EthereumMethods(chain: FixtureChain(), peers: Peers()).register(in: &everybody)
        func answer(_ method: String, _ parameters: JSONValue = []) async throws -> JSONValue {
            let request: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": .string(method), "params": parameters]
            return try JSONValue(parsing: try #require(await dispatcher.answer(request.utf8)))
        }
        #expect(try await answer("net_peerCount")["result"] == "0x1")
        let info = try await answer("admin_nodeInfo")["result"]
        #expect(info?["enode"] == "enode://22@192.0.2.2:30303" && info?["listenAddr"] == "192.0.2.2:30303")
        #expect(info?["ports"]?["discovery"]?.description == "30301")
        let peer = try await answer("admin_peers")["result"]?.array?.first
        #expect(peer?["caps"] == ["eth/68"] && peer?["network"]?["inbound"] == true)
        #expect(try await answer("admin_addPeer", ["enode://1"])["result"] == true)
        #expect(try await answer("admin_addPeer", ["nonsense"])["error"]?["code"]?.description == "-32602")
        #expect(try await answer("admin_removePeer", ["enode://1"])["result"] == true)
        // At a door that answers everybody nobody steers the node.
        for method in ["admin_addPeer", "admin_removePeer"] {
            let request: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": .string(method), "params": ["enode://1"]]
            let answer = try JSONValue(parsing: try #require(await everybody.answer(request.utf8)))
            #expect(answer["error"]?["code"]?.description == "-32000", "\(method)")
        }
        // A node that takes no part in the network says so.
        await #expect(throws: RPCError.self) { try await call("admin_addPeer", ["enode://1"]) }
    }

    @Test("A block filter tells what is new since it was asked last")
    func filters() async throws {
        let id = try await call("eth_newBlockFilter")
        #expect(try await call("eth_getFilterChanges", [id]) == [])
        #expect(try await call("eth_uninstallFilter", [id]) == true)
        #expect(try await call("eth_uninstallFilter", [id]) == false)
    }
}
