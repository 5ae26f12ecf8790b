import Foundation
import HTTPDoor
import JSON
import JSONRPC
import JSONRPCCore
import ExecutionNode
import Logging
import Primitives
import Secp256k1
import ServiceInterfaces
import ServiceLifecycle
import TestSupport
import Testing

/// Answers recorded from geth, when the folder of public vectors lies beside the repository.
@Suite("JSON-RPC beside geth's answers", .needs(vectors: "execution/rpc"))
struct GethVectorTests {
    static let folder = Present.vectors("execution/rpc")

    /// Request and response of one recorded exchange.
    static func exchange(_ name: String) throws -> (request: JSONValue, response: JSONValue) {
        let lines = try String(contentsOf: folder.appending(path: name), encoding: .utf8).split(separator: "\n")
        let request = try #require(lines.first { $0.hasPrefix(">> ") }?.dropFirst(3))
        let response = try #require(lines.first { $0.hasPrefix("<< ") }?.dropFirst(3))
        return (try JSONValue(parsing: String(request)), try JSONValue(parsing: String(response)))
    }

    /// The form of a value: 0x and how many digits, or 0x# for a QUANTITY, whose length varies.
    static func form(_ value: JSONValue?) -> String {
        guard let text = value?.string else { return value?.kind ?? "nothing" }
        guard text.hasPrefix("0x") else { return "text" }
        return [42, 66, 514, 18].contains(text.utf8.count) ? "0x\(text.utf8.count)" : "0x#"
    }

    @Test("A block has the members of geth's Prague block, each in its form")
    func blockMembers() async throws {
        let geth = try #require(try Self.exchange("eth_getBlockByNumber/get-block-prague-fork.io").response["result"]?.object)
        let ours = try await EthereumMethodsTests().call("eth_getBlockByNumber", ["0x6", false])
        #expect(Set(geth.map(\.name)) == Set(ours.object?.map(\.name) ?? []))
        for member in geth where member.name != "extraData" {
            #expect(Self.form(ours[member.name]) == Self.form(member.value), "\(member.name)")
        }
    }

    @Test(
        "Our methods take geth's requests",
        arguments: [
            "eth_blockNumber/simple-test.io", "eth_chainId/get-chain-id.io", "eth_getBalance/get-balance-default-block.io",
            "eth_getBlockByHash/get-block-by-empty-hash.io", "eth_getBlockByNumber/get-finalized.io",
            "eth_getBlockTransactionCountByNumber/get-genesis.io", "eth_getCode/get-code-default-block.io",
            "eth_getTransactionCount/get-nonce-default-block.io", "eth_syncing/check-syncing.io", "net_version/get-network-id.io",
        ])
    func requests(name: String) async throws {
        let (request, response) = try Self.exchange(name)
        var dispatcher = RPCDispatcher(logger: EthereumMethodsTests.logger)
        EthereumMethods(chain: FixtureChain()).register(in: &dispatcher)
        let text = try #require(await dispatcher.answer(request.utf8))
        let answer = try JSONValue(parsing: text)
        #expect(answer["id"] == response["id"] && answer["error"] == nil)
        #expect(Self.form(answer["result"]) == Self.form(response["result"]))
    }
}

/// web3.py as the client, when a Python with web3 is there (POLAI_PYTHON names another than python3).
@Suite("web3.py against the door")
struct WebThreeTests {
    static let python: String? = {
        let python = ProcessInfo.processInfo.environment["POLAI_PYTHON"] ?? "python3"
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [python, "-c", "import web3"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        return process.terminationStatus == 0 ? python : nil
    }()

    @Test(
        "The script that users can run finds nothing wrong",
        .enabled(if: python != nil, "web3 is not installed for the Python that POLAI_PYTHON names"))
    func script() async throws {
        #expect(try await Self.status(of: "check-web3.py", on: FixtureChain()) == 0)
    }

    @Test(
        "A program that sends transactions finds nothing wrong",
        .enabled(if: python != nil, "web3 is not installed for the Python that POLAI_PYTHON names"))
    func transactions() async throws {
        let chain = try SealedChain()
        let miner = Task {
            while !Task.isCancelled {
                if await chain.node.poolCounts().pending > 0 { try await chain.mine() }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        #expect(try await Self.status(of: "check-web3-transactions.py", chain.key.secretBytes.hex, on: chain.node) == 0)
        miner.cancel()
        _ = await miner.result
    }

    @Test(
        "A program that subscribes finds nothing wrong",
        .enabled(if: python != nil, "web3 is not installed for the Python that POLAI_PYTHON names"))
    func subscriptions() async throws {
        let chain = try SealedChain()
        let miner = Task {
            while !Task.isCancelled {
                if await chain.node.poolCounts().pending > 0 { try await chain.mine() }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        let logger = EthereumMethodsTests.logger
        var dispatcher = RPCDispatcher(logger: logger)
        EthereumMethods(chain: chain.node).register(in: &dispatcher)
        let door = JSONRPCWebSocketDoor(chain: chain.node, dispatcher: dispatcher, logger: logger)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let server = door.server(at: ListenAddress(port: 0), logger: logger) { continuation.yield($0) }
        let key = chain.key.secretBytes.hex
        #expect(try await Self.status(of: "check-web3-websocket.py", [key], scheme: "ws", server: server, ports: ports) == 0)
        miner.cancel()
        _ = await miner.result
    }

    /// How a script ends that asks a door over `chain`.
    private static func status(of name: String, _ arguments: String..., on chain: any ExecutionService) async throws -> Int32 {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let logger = EthereumMethodsTests.logger
        let server = JSONRPCDoor(chain: chain, logger: logger)
            .server(at: ListenAddress(port: 0), logger: logger) { continuation.yield($0) }
        return try await status(of: name, arguments, scheme: "http", server: server, ports: ports)
    }

    /// How a script ends that asks `server`, which tells its port.
    private static func status(
        of name: String, _ arguments: [String], scheme: String, server: some Service, ports: AsyncStream<Int>
    ) async throws -> Int32 {
        let python = try #require(Self.python)
        let script = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "../../scripts/\(name)").standardizedFileURL.path
        let logger = EthereumMethodsTests.logger
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server, successTerminationBehavior: .gracefullyShutdownGroup)], logger: logger))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var status: Int32 = -1
            for await port in ports {
                status = try await Self.run([python, script, "\(scheme)://127.0.0.1:\(port)"] + arguments)
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return status
        }
    }

    static func run(_ arguments: [String]) async throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        return try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
    }
}
