import EVM
import EngineTypes
import ExecutionChain
import ExecutionNode
import HTTPDoor
import JSON
import JSONRPC
import JSONRPCCore
import NIOCore
import Primitives
import Secp256k1
import ServiceInterfaces
import ServiceLifecycle
import TestSockets
import Testing
import Transactions

/// A subscriber on a real socket.
final class Subscriber {
    private let socket: RawWebSocket
    private var held: [JSONValue] = []

    init(_ socket: RawWebSocket) { self.socket = socket }

    /// The answer to one call; notifications that come before are held.
    func call(_ method: String, _ parameters: JSONValue...) async throws -> JSONValue {
        let request: JSONValue = ["jsonrpc": "2.0", "id": 7, "method": .string(method), "params": .array(parameters)]
        return try await send(request)
    }

    func send(_ request: JSONValue) async throws -> JSONValue {
        try await socket.send(text: request.description)
        while true {
            let message = try await read()
            if message["method"] == nil { return message }
            held.append(message)
        }
    }

    /// The id of a new subscription.
    func subscribe(_ parameters: JSONValue...) async throws -> JSONValue {
        let answer = try await send(["jsonrpc": "2.0", "id": 7, "method": "eth_subscribe", "params": .array(parameters)])
        return try #require(answer["result"], "\(answer)")
    }

    /// What the next notification tells of which subscription.
    func news() async throws -> (id: JSONValue, result: JSONValue) {
        let message = held.isEmpty ? try await read() : held.removeFirst()
        #expect(message["method"] == "eth_subscription" && message["id"] == nil && message["jsonrpc"] == "2.0")
        let parameters = try #require(message["params"], "\(message)")
        return (try #require(parameters["subscription"]), try #require(parameters["result"]))
    }

    private func read() async throws -> JSONValue {
        try JSONValue(parsing: Array(try #require(try await socket.nextText(), "the connection ended").utf8))
    }
}

@Suite("Subscriptions over WebSocket", .timeLimit(.minutes(1)))
struct SubscriptionTests {
    private static let to = Address([UInt8](repeating: 0x35, count: 20)) ?? .zero
    private let chain: SealedChain

    init() throws { chain = try SealedChain() }

    private func served<Value: Sendable>(
        limits: WebSocketLimits = WebSocketLimits(), subscriptions: SubscriptionLimits = SubscriptionLimits(),
        _ body: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        let logger = EthereumMethodsTests.logger
        var dispatcher = RPCDispatcher(logger: logger)
        EthereumMethods(chain: chain.node).register(in: &dispatcher)
        let door = JSONRPCWebSocketDoor(
            chain: chain.node, dispatcher: dispatcher, limits: limits, subscriptions: subscriptions, logger: logger)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let server = door.server(at: ListenAddress(port: 0), logger: logger) { continuation.yield($0) }
        let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: logger))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
            do {
                let value = try await body(port)
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
                return value
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
        }
    }

    private func subscribed<Value: Sendable>(
        _ subscriptions: SubscriptionLimits = SubscriptionLimits(), _ body: @escaping @Sendable (Subscriber) async throws -> Value
    ) async throws -> Value {
        try await served(subscriptions: subscriptions) { port in
            try await RawWebSocket.connected(to: port) { try await body(Subscriber($0)) }
        }
    }

    @Test("new heads come as headers in geth's form")
    func heads() async throws {
        let chain = chain
        try await subscribed { client in
            let id = try await client.subscribe("newHeads")
            #expect(id.string?.hasPrefix("0x") == true)
            let block = try await chain.mine()
            let news = try await client.news()
            #expect(news.id == id && news.result["hash"] == .data(block.blockHash) && news.result["number"] == "0x1")
            #expect(
                Set(news.result.object?.map(\.name) ?? []) == [
                    "baseFeePerGas", "blobGasUsed", "difficulty", "excessBlobGas", "extraData", "gasLimit", "gasUsed", "hash", "logsBloom",
                    "miner", "mixHash", "nonce", "number", "parentBeaconBlockRoot", "parentHash", "receiptsRoot", "requestsHash",
                    "sha3Uncles", "stateRoot", "timestamp", "transactionsRoot", "withdrawalsRoot",
                ])
            // The same connection answers calls.
            #expect(try await client.call("eth_blockNumber")["result"] == "0x1")
            #expect(try await client.call("eth_unsubscribe", id)["result"] == true)
            #expect(try await client.call("eth_unsubscribe", id)["error"]?["message"] == "subscription not found")
            try await chain.mine()
            let other = try await client.subscribe("newHeads")
            let next = try await chain.mine()
            let later = try await client.news()
            #expect(later.id == other && later.result["hash"] == .data(next.blockHash))
        }
    }

    @Test("logs come by filter, and are taken back when the chain leaves their block")
    func logs() async throws {
        let chain = chain
        _ = try await chain.send(chain.sign(nonce: 0, to: nil, data: WordContract.initcode, gas: 200_000))
        let parent = try await chain.mine()
        let contract = try #require(
            try await chain.call("eth_getBlockReceipts", "latest").array?.first?["contractAddress"]?.string.map { try Address(hex: $0) })
        try await subscribed { client in
            let topic = JSONValue.data(UInt256(42).bigEndianHash)
            let all = try await client.subscribe("logs", ["address": .data(contract), "topics": [[topic, .data(Hash32.zero)]]])
            _ = try await client.subscribe("logs", ["address": .data(Self.to)])
            _ = try await client.subscribe("logs", ["topics": [.data(Hash32.zero)]])
            _ = try await client.subscribe("logs", ["fromBlock": "0x64", "toBlock": "0x65"])
            _ = try await chain.send(chain.sign(nonce: 1, to: contract, data: UInt256(5).bigEndianHash.bytes, gas: 100_000))
            let block = try await chain.mine()
            let told = try await client.news()
            #expect(told.id == all && told.result["blockHash"] == .data(block.blockHash) && told.result["removed"] == false)
            #expect(told.result["data"] == .data(UInt256(5).bigEndianHash) && told.result["topics"] == [topic])
            // To the parent and back: the log goes, and comes again.
            try await chain.follow(parent.blockHash)
            let left = try await client.news()
            #expect(left.id == all && left.result["removed"] == true && left.result["blockHash"] == .data(block.blockHash))
            try await chain.follow(block.blockHash)
            let again = try await client.news()
            #expect(again.id == all && again.result["removed"] == false && again.result["logIndex"] == told.result["logIndex"])
        }
    }

    @Test("pending transactions come as hashes or whole, once they are executable")
    func pending() async throws {
        let chain = chain
        try await subscribed { client in
            let hashes = try await client.subscribe("newPendingTransactions")
            let second = chain.sign(nonce: 1, to: Self.to, value: 2)
            _ = try await chain.send(second)
            let first = chain.sign(nonce: 0, to: Self.to, value: 1)
            _ = try await chain.send(first)
            // The second waited for the first.
            for transaction in [first, second] {
                let news = try await client.news()
                #expect(news.id == hashes && news.result == .data(transaction.hash))
            }
            #expect(try await client.call("eth_unsubscribe", hashes)["result"] == true)
            let whole = try await client.subscribe("newPendingTransactions", true)
            let third = chain.sign(nonce: 2, to: Self.to, value: 3)
            _ = try await chain.send(third)
            let news = try await client.news()
            #expect(news.id == whole && news.result["hash"] == .data(third.hash) && news.result["blockHash"] == .null)
            let known = try await chain.call("eth_getTransactionByHash", .data(third.hash))
            #expect(news.result == known)
        }
    }

    @Test("whether the node catches up is told at once, after the answer; batches are answered whole")
    func syncing() async throws {
        try await subscribed { client in
            let answers = try await client.send([
                ["jsonrpc": "2.0", "id": 1, "method": "eth_subscribe", "params": ["syncing"]],
                ["jsonrpc": "2.0", "id": 2, "method": "eth_chainId", "params": []],
            ])
            #expect(answers.array?.count == 2 && answers.array?.last?["result"] == "0x3419")
            let news = try await client.news()
            #expect(news.id == answers.array?.first?["result"] && news.result == false)
        }
    }

    @Test("what cannot be subscribed to is refused in geth's words")
    func refusals() async throws {
        try await subscribed { client in
            let cases: [([JSONValue], Int, String)] = [
                ([], -32602, "expected subscription name as first argument"), ([1], -32602, "non-string subscription name"),
                (["newBlocks"], -32601, #"no "newBlocks" subscription in eth namespace"#),
                (["logs", ["fromBlock": "finalized"]], -32602, "invalid block range params"),
                (["newHeads", 1], -32602, "too many arguments, want at most 1"),
                (["newPendingTransactions", "yes"], -32602, "invalid argument 1: expected a boolean, found a string"),
            ]
            for (parameters, code, message) in cases {
                let answer = try await client.send(["jsonrpc": "2.0", "id": 1, "method": "eth_subscribe", "params": .array(parameters)])
                #expect(answer["error"]?["code"] == JSONValue(code) && answer["error"]?["message"] == .string(message), "\(answer)")
            }
        }
    }

    @Test("10,000 subscriptions: those over the limit are refused with the reason, and the connection goes on")
    func manySubscriptions() async throws {
        var limits = SubscriptionLimits()
        (limits.perConnection, limits.inAll) = (40, 60)
        let chain = chain
        try await served(subscriptions: limits) { port in
            try await RawWebSocket.connected(to: port) { socket in
                let client = Subscriber(socket)
                var (begun, refused) = (0, 0)
                let batch = JSONValue.array(
                    (0..<1000).map { _ in ["jsonrpc": "2.0", "id": 1, "method": "eth_subscribe", "params": ["newHeads"]] })
                for _ in 0..<10 {
                    for answer in try #require(try await client.send(batch).array) {
                        if answer["result"] != nil { begun += 1 } else if answer["error"]?["code"] == -32005 { refused += 1 }
                    }
                }
                #expect(begun == 40 && refused == 9960)
                try await RawWebSocket.connected(to: port) { second in
                    let other = Subscriber(second)
                    let answers = try #require(try await other.send(batch).array)
                    #expect(answers.count { $0["result"] != nil } == 20)
                }
                try await chain.mine()
                for _ in 0..<40 { #expect(try await client.news().result["number"] == "0x1") }
                // What the other connection held is free again once it is gone.
                try await RawWebSocket.connected(to: port) { third in
                    let other = Subscriber(third)
                    var answer = try await other.call("eth_subscribe", "newHeads")
                    while answer["error"]?["code"] == -32005 { answer = try await other.call("eth_subscribe", "newHeads") }
                    #expect(answer["result"] != nil)
                }
            }
        }
    }

    @Test("a subscriber that never reads is dropped; the others hear on")
    func slowSubscriber() async throws {
        var limits = WebSocketLimits()
        (limits.waitingBytes, limits.farewell) = (65_536, .milliseconds(50))
        let chain = chain
        try await served(limits: limits) { port in
            try await RawWebSocket.connected(to: port) { slow in
                let batch = JSONValue.array(
                    (0..<1000).map { _ in ["jsonrpc": "2.0", "id": 1, "method": "eth_subscribe", "params": ["newHeads"]] })
                _ = try await Subscriber(slow).send(batch)
                try await RawWebSocket.connected(to: port) { second in
                    let other = Subscriber(second)
                    _ = try await other.subscribe("newHeads")
                    // Two megabytes a block gather for the slow one, until the system takes no more of them.
                    for number in 1...24 {
                        try await chain.mine()
                        #expect(try await other.news().result["number"] == .quantity(UInt64(number)))
                    }
                }
                var frames = 0
                while let frame = try await slow.next(), frame.opcode != 8 { frames += 1 }
                #expect(frames < 24_000)
            }
        }
    }
}
