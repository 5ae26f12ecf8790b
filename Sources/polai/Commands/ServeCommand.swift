import ArgumentParser
import ExecutionNode
import Foundation
import HTTPDoor
import JSONRPC
import KeyValueStore
import Logging
import ServiceLifecycle

/// `polai serve`: JSON-RPC over an imported chain, or blocks of a model to a Petals swarm.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer JSON-RPC from an imported chain (see polai import), or serve layers of a model to a Petals swarm.",
        discussion: """
            Without --blocks: the chain stands still, nothing tells the node of new blocks. Transactions are pooled and stay \
            there.

            With --blocks: this machine is a Petals server. It holds those layers of the base model alone, announces them in \
            the swarm's DHT and runs them for Petals' own clients and for polai generate --petals: whole batches forward and \
            back, and sessions whose keys and values it keeps. Everything is FP32; adapters are asked for by name \
            (docs/swarms.md).

            Examples:
              polai serve --datadir D --http.port 8545
              polai serve --blocks 0:15                                        the first server of a swarm of its own
              polai serve --blocks 15:30 --petals-bootstrap /ip4/192.0.2.1/tcp/31330/p2p/12D3Koo… \\
                --head-of D                                                    the rest, with the chain's adapter as polai-head
            """)

    @Option(help: "Data directory of the chain; with --blocks, where the server's key is kept.")
    var datadir = "."

    @Option(name: .customLong("http.addr"), help: "Address of JSON-RPC.")
    var host = "127.0.0.1"

    @Option(name: .customLong("http.port"), help: "Port of JSON-RPC.")
    var port = 8545

    @Flag(help: "Have the testing_ methods, with which anybody can build blocks.")
    var testing = false

    @Option(help: "Least severe log level shown: trace, debug, info, notice, warning, error.")
    var verbosity: Logger.Level = .info

    @OptionGroup(title: "Blocks for a Petals swarm")
    var served: ServedBlocksOptions

    @OptionGroup(title: "Base model of the blocks")
    var model: BaseModelOptions

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--http.port is from 0 to 65535") }
    }

    func run() async throws {
        try await RoleProcess.run("polai", verbosity: verbosity) { signals, logger in
            if let blocks = served.blocks {
                let serving = try BlockServing(
                    served, model, blocks: try ServedBlocksOptions.range(blocks), datadir: datadir, logger: logger)
                return try await serving.run(until: signals)
            }
            let folder = try ChainFolder(datadir: datadir, genesisFile: nil)
            defer { folder.store.close() }
            let geth = try GethRole(genesis: folder.genesis, store: folder.store, secondsPerSlot: 12, stateHistory: .all)
            let door = JSONRPCDoor(chain: geth.execution, hasTestingMethods: testing, logger: Logger(label: "rpc"))
            let server = door.server(at: ListenAddress(host: host, port: port), access: DoorAccess(), logger: logger)
            try await RoleProcess.serve([server], until: signals, logger: logger)
            await geth.execution.stop()
        }
    }
}
