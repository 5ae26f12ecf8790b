import ArgumentParser
import ExecutionChain
import ExecutionNode
import HTTPDoor
import JSONRPC
import KeyValueStore
import Logging
import NodeConfiguration
import ServiceInterfaces
import ServiceLifecycle

extension GethCommand {
    /// Follows and serves a chain of work. There is no Engine API: nobody says what its head is.
    func runWorkChain(ports: Ports, until signals: StopSignals, logger: Logger) async throws {
        let rpc = ListenAddress(host: http.address, port: http.port ?? ports.gethHTTP)
        if rpc.port != 0 { try await DoorServer.checkAvailable(rpc, name: JSONRPCDoor.name) }
        if !webSocket.isOptional, webSocket.port != 0 {
            try await DoorServer.checkAvailable(webSocket.listenAddress(host: "127.0.0.1"), name: JSONRPCWebSocketDoor.name)
        }
        try Databases.make("secrets_data", in: role.datadir)
        let folder = try ChainFolder(datadir: role.datadir, genesisFile: work.genesis) { genesis in
            guard genesis.config.isWorkOnly else {
                throw SetupError(
                    "a chain that comes to the merge needs a consensus layer; this node follows the work of peers on others alone")
            }
            guard genesis.config.daoForkBlock == nil else {
                throw SetupError("the chain supports the DAO fork (daoForkSupport), which this node does not execute")
            }
        }
        let datasets = try mining.dataset.built(
            threads: max(1, mining.threads), folder: "\(role.datadir)/ethash", logger: logger)
        let geth = try GethRole(
            genesis: folder.genesis, store: folder.store, secondsPerSlot: 12, stateHistory: .all, seals: EthashSeals(datasets: datasets),
            sealThreads: mining.threads, dataDirectory: role.datadir)
        let devp2p =
            network.isWanted
            ? try await DevP2PRole(
                network, execution: geth.execution, key: try NodeKeyFile.key(datadir: role.datadir, path: network.nodeKey),
                defaultPort: ports.gethP2P) : nil
        var services: [any Service] = [
            geth.door(namespaces: http.namespaces, peers: devp2p).server(at: rpc, access: http.access, logger: logger),
            geth.webSocketDoor(webSocket, peers: devp2p, host: "127.0.0.1", access: http.access, logger: logger),
        ]
        services += socket.services(datadir: role.datadir, door: { geth.socket(path: $0, peers: devp2p) }, logger: logger)
        services += RoleProcess.metrics([geth], host: http.address, port: metricsPort, access: http.access, logger: logger)
        services += devp2p?.workers() ?? []
        if work.isMining, let coinbase = work.coinbase {
            services.append(
                TaskService("miner") { [execution = geth.execution] in
                    await execution.mine(for: coinbase.address) { block, point in
                        await devp2p?.announce(block, totalDifficulty: point.totalDifficulty)
                    }
                })
        }
        try await RoleProcess.serve(services, until: signals, logger: logger)
        await geth.execution.stop()
        folder.store.close()
    }
}
