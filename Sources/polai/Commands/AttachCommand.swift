import ArgumentParser
import Foundation
import JSON

/// `polai attach`: a console on a running node.
struct AttachCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Ask a running node's JSON-RPC from a console, over HTTP or its IPC socket.",
        discussion: """
            A line is one call: eth.blockNumber, eth.getBlock("latest", true), admin.addPeer("enode://…"), or a method as it is \
            on the wire, eth_getBalance("0x…", "latest"). Tab completes, the arrows recall lines of earlier times \
            (~/.polai_history), Ctrl-D ends. It is no JavaScript.

            Examples:
              polai attach                             the socket in this data directory
              polai attach http://localhost:8545
              polai attach --exec 'eth.blockNumber'
            """)

    @Argument(help: "Address of the node's JSON-RPC, or path of its socket (default: chain_data/geth.ipc of --datadir).")
    var endpoint: String?

    @Option(help: "Data directory of the node.")
    var datadir = "."

    @Option(name: .customLong("exec"), help: "Carry out one line, print what it gives, and end.")
    var line: String?

    func run() async throws {
        try await ErrorLine.reporting(status: 1) {
            let node = try ConsoleNode(endpoint ?? IPCOptions.defaultPath(datadir))
            if let line {
                Self.show(try await Self.carryOut(line, on: node))
                return
            }
            let version = try await node.call("web3_clientVersion").string ?? "a node"
            let modules = (try? await node.call("rpc_modules"))?.object?.map { $0.name } ?? []
            Self.show("\(version)\nmodules: \(modules.joined(separator: " "))\nCtrl-D or exit ends")
            let words = Self.words.filter { $0 == "exit" || Self.isOf(modules, $0) }
            let editor = LineEditor(historyPath: NSHomeDirectory() + "/.polai_history", words: words)
            while let line = editor.line("> ") {
                let line = line.trimmingCharacters(in: .whitespaces)
                if line.isEmpty { continue }
                if line == "exit" { return }
                do {
                    Self.show(try await Self.carryOut(line, on: node))
                } catch {
                    Self.show("Error: \(ErrorLine.words(error))")
                }
            }
        }
    }

    private static func show(_ text: String) { print(TerminalText.shown(text)) }

    private static func carryOut(_ line: String, on node: ConsoleNode) async throws -> String {
        let expression = try ConsoleExpression(line)
        return ConsoleText.of(try await node.call(expression.method, expression.parameters), from: expression.method)
    }

    private static func isOf(_ modules: [String], _ word: String) -> Bool {
        modules.isEmpty || modules.contains(String(word.prefix { $0 != "." }))
    }

    /// What Tab completes.
    private static let words: [String] = [
        "admin.addPeer", "admin.datadir", "admin.nodeInfo", "admin.peers", "admin.removePeer", "debug.getRawBlock",
        "debug.getRawHeader", "debug.getRawReceipts", "debug.getRawTransaction", "debug.traceBlockByHash", "debug.traceBlockByNumber",
        "debug.traceTransaction", "eth.blockNumber", "eth.call", "eth.chainId", "eth.createAccessList", "eth.estimateGas",
        "eth.feeHistory", "eth.gasPrice", "eth.getBalance", "eth.getBlock", "eth.getBlockReceipts", "eth.getCode", "eth.getLogs",
        "eth.getProof", "eth.getStorageAt", "eth.getTransaction", "eth.getTransactionCount", "eth.getTransactionReceipt", "eth.getWork",
        "eth.hashrate", "eth.mining", "eth.sendRawTransaction", "eth.syncing", "exit", "miner.setGasLimit", "miner.setGasPrice",
        "miner.start", "miner.stop", "net.listening", "net.peerCount", "net.version", "txpool.content", "txpool.inspect",
        "txpool.status", "web3.clientVersion", "web3.sha3",
    ]
}
