import Hummingbird
import HummingbirdTesting
import JSON
import JSONRPC
import JSONRPCCore
import Logging
import Primitives
import ServiceInterfaces
import Testing

@Suite("Ethereum's JSON-RPC methods")
struct EthereumMethodsTests {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// The `result`, or throws the error object.
    func call(_ method: String, _ parameters: JSONValue = [], chain: FixtureChain = FixtureChain()) async throws -> JSONValue {
        var dispatcher = RPCDispatcher(logger: Self.logger)
        EthereumMethods(chain: chain).register(in: &dispatcher)
        let request: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": .string(method), "params": parameters]
        let text = try #require(await dispatcher.answer(request.utf8))
        let answer = try JSONValue(parsing: text)
        if let result = answer["result"] { return result }
        let error = try #require(answer["error"])
        throw RPCError(code: Int(error["code"]?.description ?? "") ?? 0, message: error["message"]?.string ?? "")
    }

    @Test(
        "Constants and counters",
        arguments: [
            ("web3_clientVersion", .string(ClientVersion.full)), ("net_version", "13337"), ("net_listening", true),
            ("net_peerCount", "0x3"),
            ("eth_chainId", "0x3419"), ("eth_blockNumber", "0x9"), ("eth_syncing", false), ("eth_mining", true), ("eth_hashrate", "0x122"),
            ("eth_gasPrice", "0x8"), ("eth_protocolVersion", "0x44"), ("eth_accounts", []),
        ] as [(String, JSONValue)])
    func constants(method: String, result: JSONValue) async throws {
        #expect(try await call(method) == result)
        await #expect(throws: RPCError(code: -32602, message: "too many arguments, want at most 0")) { try await call(method, [1]) }
    }

    @Test("The client's version has the form of all clients")
    func version() {
        #expect(ClientVersion.full.wholeMatch(of: /polai\/v\d+\.\d+\.\d+\/[a-z]+-[a-z0-9_]+\/swift\d+\.\d+/) != nil)
    }

    @Test("Keccak-256 of the empty string and of the method's own example")
    func sha3() async throws {
        #expect(try await call("web3_sha3", ["0x"]) == "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
        #expect(
            try await call("web3_sha3", ["0x68656c6c6f20776f726c64"])
                == "0x47173285a8d7341e5e972fc677286384f802f8ef42a5ec5f03bbfa254cb01fad")
    }

    @Test("A node that catches up says how far it is")
    func syncing() async throws {
        var chain = FixtureChain()
        chain.progress = ExecutionSyncProgress(startingBlock: 0, currentBlock: 16, highestBlock: 255)
        #expect(try await call("eth_syncing", chain: chain) == ["startingBlock": "0x0", "currentBlock": "0x10", "highestBlock": "0xff"])
    }

    @Test(
        "Blocks by tag and height",
        arguments: [
            ("latest", "0x9"), ("pending", "0x9"), ("earliest", "0x0"), ("safe", "0x6"), ("finalized", "0x4"), ("0x3", "0x3"),
            ("0x0", "0x0"),
        ] as [(JSONValue, JSONValue)])
    func blockByTag(tag: JSONValue, number: JSONValue) async throws {
        #expect(try await call("eth_getBlockByNumber", [tag, false])["number"] == number)
    }

    @Test("A block has geth's members in geth's forms")
    func blockShape() async throws {
        let block = try await call("eth_getBlockByHash", [.string(Hash32.filled(6).hex), false])
        let names = try #require(block.object).map(\.name)
        #expect(
            Set(names) == [
                "baseFeePerGas", "blobGasUsed", "difficulty", "excessBlobGas", "extraData", "gasLimit", "gasUsed", "hash", "logsBloom",
                "miner", "mixHash", "nonce", "number", "parentBeaconBlockRoot", "parentHash", "receiptsRoot", "requestsHash", "sha3Uncles",
                "size", "stateRoot", "timestamp", "transactions", "transactionsRoot", "uncles", "withdrawals", "withdrawalsRoot",
            ])
        #expect(names.count == Set(names).count)
        #expect(block["difficulty"] == "0x20000" && block["nonce"] == "0x00000000000004d2" && block["size"] == "0x2a5")
        #expect(block["extraData"]?.string?.count == 130 && block["logsBloom"]?.string?.count == 514)
        #expect(block["transactions"]?.array?.first == .string(Keccak256.hash([0x02, 0xc0]).hex))
        #expect(
            block["withdrawals"] == [
                ["index": "0x0", "validatorIndex": "0xffffffffffffffff", "address": .string(Address.zero.hex), "amount": "0x3b9aca00"]
            ])
        #expect(try await call("eth_getBlockByHash", [.string(Hash32.filled(1).hex), true])["transactions"] == [])
        await #expect(throws: RPCError.self) { try await call("eth_getBlockByNumber", ["0x5", true]) }
    }

    @Test(
        "What does not exist is null",
        arguments: [
            ("eth_getBlockByNumber", ["0xa", false]), ("eth_getBlockByNumber", ["0xffffffffffffffff", true]),
            ("eth_getBlockByHash", [.string(Hash32.zero.hex), false]), ("eth_getBlockTransactionCountByNumber", ["0xa"]),
            ("eth_getBlockTransactionCountByHash", [.string(Hash32.zero.hex)]),
        ] as [(String, JSONValue)])
    func unknown(method: String, parameters: JSONValue) async throws {
        #expect(try await call(method, parameters) == .null)
    }

    @Test("Transactions are counted")
    func transactionCounts() async throws {
        #expect(try await call("eth_getBlockTransactionCountByNumber", ["0x5"]) == "0x2")
        #expect(try await call("eth_getBlockTransactionCountByHash", [.string(Hash32.filled(1).hex)]) == "0x0")
    }

    @Test(
        "Accounts, with every form of block parameter",
        arguments: [
            [], ["latest"], ["pending"], [.null], ["0x9"], [.string(Hash32.filled(10).hex)], [["blockNumber": "0x9"]],
            [["blockHash": .string(Hash32.filled(10).hex), "requireCanonical": true]], [["blockHash": .string(FixtureChain.fork.hex)]],
        ] as [JSONValue])
    func accounts(block: JSONValue) async throws {
        let parameters = JSONValue.array([.string(FixtureChain.rich)] + (block.array ?? []))
        #expect(try await call("eth_getBalance", parameters) == "0x76")
        #expect(try await call("eth_getTransactionCount", parameters) == "0x1")
        #expect(try await call("eth_getCode", parameters) == "0x3680")
    }

    @Test("An account that does not exist is empty, in any letter case")
    func emptyAccount() async throws {
        #expect(try await call("eth_getBalance", ["0x0000000000000000000000000000000000000001"]) == "0x0")
        #expect(try await call("eth_getCode", ["0x0000000000000000000000000000000000000001"]) == "0x")
        #expect(try await call("eth_getBalance", [.string("0x" + FixtureChain.rich.dropFirst(2).uppercased()), "0x3"]) == "0x56")
    }

    @Test(
        "States that are not there are errors in geth's words",
        arguments: [
            ("0xa", "header not found"), (.string(Hash32.zero.hex), "header for hash not found"),
            (["blockHash": .string(FixtureChain.fork.hex), "requireCanonical": true], "hash is not currently canonical"),
            ("earliest", "the state of this block is not kept: ask for a later block"),
        ] as [(JSONValue, String)])
    func missingStates(block: JSONValue, message: String) async {
        await #expect(throws: RPCError(code: -32000, message: message)) {
            try await call("eth_getBalance", [.string(FixtureChain.rich), block])
        }
    }

    @Test(
        "Malformed parameters are refused",
        arguments: [
            ("eth_getBlockByNumber", [], "missing value for required argument 0"),
            ("eth_getBlockByNumber", ["latest"], "missing value for required argument 1"),
            ("eth_getBlockByNumber", ["0x1", false, 1], "too many arguments, want at most 2"),
            ("eth_getBlockByNumber", ["0x1", "true"], "invalid argument 1: expected a boolean, found a string"),
            ("eth_getBlockByNumber", [1, false], "invalid argument 0: expected a block number or tag, found a number"),
            ("eth_getBlockByNumber", ["1", false], "invalid argument 0: hex string without 0x prefix"),
            ("eth_getBlockByNumber", ["-0x1", false], "invalid argument 0: hex string without 0x prefix"),
            ("eth_getBlockByNumber", ["0x-1", false], "invalid argument 0: invalid hex string"),
            ("eth_getBlockByNumber", ["0x+1", false], "invalid argument 0: invalid hex string"),
            ("eth_getBlockByNumber", ["0x", false], "invalid argument 0: hex string \"0x\""),
            ("eth_getBlockByNumber", ["0x01", false], "invalid argument 0: hex number with leading zero digits"),
            ("eth_getBlockByNumber", ["0xzz", false], "invalid argument 0: invalid hex string"),
            ("eth_getBlockByNumber", ["0x10000000000000000", false], "invalid argument 0: hex number > 64 bits"),
            ("eth_getBlockByNumber", ["newest", false], "invalid argument 0: hex string without 0x prefix"),
            ("eth_getBlockByHash", ["0x12", false], "invalid argument 0: hex string has length 2, want 64 for hash"),
            ("eth_getBalance", ["0x12"], "invalid argument 0: hex string has length 2, want 40 for address"),
            ("eth_getBalance", ["0x123"], "invalid argument 0: hex string of odd length"),
            ("eth_getBalance", ["7dcd17433742f4c0ca53122ab541d0ba67fc27df"], "invalid argument 0: hex string without 0x prefix"),
            (
                "eth_getBalance", [.string(FixtureChain.rich), 3],
                "invalid argument 1: expected a block number, tag, hash or object, found a number"
            ),
            ("eth_getBalance", [.string(FixtureChain.rich), [:]], "invalid argument 1: expected blockHash or blockNumber as a string"),
            (
                "eth_getBalance", [.string(FixtureChain.rich), ["blockHash": "0x1", "blockNumber": "0x1"]],
                "invalid argument 1: cannot specify both BlockHash and BlockNumber, choose one or the other"
            ),
            ("web3_sha3", ["0xg0"], "invalid argument 0: invalid hex string"),
            ("web3_sha3", [true], "invalid argument 0: expected a string, found a boolean"),
        ] as [(String, JSONValue, String)])
    func malformed(method: String, parameters: JSONValue, message: String) async {
        await #expect(throws: RPCError(code: -32602, message: message)) { try await call(method, parameters) }
    }

    @Test("A broken node says internal error")
    func broken() async {
        var chain = FixtureChain()
        chain.isBroken = true
        await #expect(throws: RPCError(code: -32603, message: "internal error")) { try await call("eth_blockNumber", chain: chain) }
    }
}

@Suite("The JSON-RPC door")
struct JSONRPCDoorTests {
    let application = Application(
        router: JSONRPCDoor(chain: FixtureChain(), limits: RPCLimits(requestBytes: 1000), logger: EthereumMethodsTests.logger).router())

    func post(_ text: String, type: String? = "application/json") async throws -> TestResponse {
        try await application.test(.router) { client in
            try await client.executeRequest(
                uri: "/", method: .post, headers: type.map { [.contentType: $0] } ?? [:], body: ByteBuffer(string: text))
        }
    }

    @Test("A call over HTTP")
    func call() async throws {
        let response = try await post(#"{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}"#, type: "application/json; charset=utf-8")
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "application/json")
        #expect(String(buffer: response.body) == #"{"jsonrpc":"2.0","id":1,"result":"0x3419"}"#)
    }

    @Test("Notifications get an empty body, malformed text a JSON-RPC error")
    func odd() async throws {
        let notification = try await post(#"{"jsonrpc":"2.0","method":"eth_chainId"}"#)
        #expect(notification.status == .ok && notification.body.readableBytes == 0)
        let malformed = try await post("{")
        #expect(try JSONValue(parsing: malformed.body.readableBytesView)["error"]?["code"] == -32700)
    }

    @Test("Other content types, long bodies and other paths are refused with what to do")
    func refusals() async throws {
        for type in [nil, "text/plain", "application/x-www-form-urlencoded"] {
            let response = try await post("{}", type: type)
            #expect(response.status == .unsupportedMediaType)
            #expect(String(buffer: response.body).contains("send the header Content-Type: application/json"))
        }
        #expect(try await post(String(repeating: " ", count: 1001)).status == .contentTooLarge)
        try await application.test(.router) { client in
            let probe = try await client.executeRequest(uri: "/", method: .get, headers: [:], body: nil)
            #expect(probe.status == .ok && probe.body.readableBytes == 0)
            let elsewhere = try await client.executeRequest(uri: "/rpc", method: .post, headers: [:], body: nil)
            #expect(elsewhere.status == .notFound)
        }
    }
}
