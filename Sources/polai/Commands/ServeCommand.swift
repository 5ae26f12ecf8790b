import ArgumentParser
import ExecutionNode
import Foundation
import HTTPDoor
import JSONRPC
import KeyValueStore
import Logging
import ServiceLifecycle

/// `polai serve`: JSON-RPC over an imported chain.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer JSON-RPC from an imported chain (see polai import).",
        discussion: """
            The chain stands still: nothing tells the node of new blocks. Transactions are pooled and stay there.

            Example:
              polai serve --datadir D --http.port 8545
            """)

    @Option(help: "Data directory of the chain.")
    var datadir = "."

    @Option(name: .customLong("http.addr"), help: "Address of JSON-RPC.")
    var host = "127.0.0.1"

    @Option(name: .customLong("http.port"), help: "Port of JSON-RPC.")
    var port = 8545

    @Flag(help: "Have the testing_ methods, with which anybody can build blocks.")
    var testing = false

    @Option(help: "Least severe log level shown: trace, debug, info, notice, warning, error.")
    var verbosity: Logger.Level = .info

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--http.port is from 0 to 65535") }
    }

    func run() async throws {
        try await RoleProcess.run("polai", verbosity: verbosity) { signals, logger in
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
