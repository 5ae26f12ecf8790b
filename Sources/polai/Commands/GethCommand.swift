import ArgumentParser
import EngineAPI
import EthashDatasets
import ExecutionNode
import HTTPDoor
import JSONRPC
import KeyValueStore
import Logging
import NodeConfiguration
import ServiceLifecycle

/// `polai geth`: the execution node in a process of its own.
struct GethCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "geth",
        abstract:
            "Run the execution node alone: JSON-RPC over HTTP and WebSocket, and the Engine API for a beacon node in another process.",
        discussion: """
            Executes blocks, builds and seals them (Ethash), and keeps the pool of transactions. What to do it is told by \
            'polai beacon-chain' over the Engine API; both hold the secret of --jwtsecret, which is made if it is not there. \
            The first start begins a chain at the time of --genesis-time, GENESIS_TIME in .env, or now; the beacon node takes \
            it from here. Later starts resume it. Stop it with Ctrl-C; kill -9 loses nothing that was answered for.

            Examples:
              polai geth --jwtsecret jwt.hex
              polai geth --jwtsecret jwt.hex --http.addr 0.0.0.0 --http.api eth,net,web3 --http.corsdomain '*'
              polai geth --jwtsecret jwt.hex --devnet --seconds-per-slot 4 --datadir dev
              polai geth --jwtsecret jwt.hex --join 192.0.2.1:13337     the execution side of another node's chain
              polai geth --jwtsecret jwt.hex --port 30303 --bootnodes enode://…@192.0.2.1:30303
              polai geth --genesis pow.json --port 30303 --mine --miner.etherbase 0x… --dag     an ordinary chain of work
            """)

    @OptionGroup var role: RoleOptions

    @OptionGroup(title: "What the chain begins with")
    var chain: ExecutionGenesisOptions

    @OptionGroup(title: "Joining another node's chain")
    var join: JoinOptions

    @OptionGroup(title: "JSON-RPC")
    var http: ExecutionDoorOptions

    @OptionGroup(title: "JSON-RPC over WebSocket")
    var webSocket: WebSocketOptions

    @OptionGroup(title: "JSON-RPC over a socket")
    var socket: IPCOptions

    @OptionGroup(title: "Engine API")
    var auth: AuthOptions

    @OptionGroup(title: "Sealing")
    var mining: MiningOptions

    @OptionGroup(title: "A chain of work without a consensus layer")
    var work: WorkChainOptions

    @OptionGroup(title: "P2P network")
    var network: DevP2POptions

    @Option(help: "States of the chain: full holds those of 128 finalised blocks and all newer ones, archive all (default: full).")
    var gcmode: GarbageCollection?

    @Option(
        name: .customLong("externalcl"),
        help: "Accepted for scripts that name an outside consensus part: the URL of the AI engine, or a path. Says what becomes of it.")
    var externalConsensus: String?

    @Option(help: "Port of Prometheus metrics (default: none).")
    var metricsPort: Int?

    func validate() throws {
        if let metricsPort { try refusing { try PortNumber.check(metricsPort, key: "--metrics-port") } }
    }

    func run() async throws {
        try await RoleProcess.run(GethRole.name, verbosity: role.verbosity) { signals, logger in
            let (file, _) = try NodeSettings.environment(role.envFile)
            if try work.isWanted(datadir: role.datadir) {
                try refuseOthersOptions()
                return try await runWorkChain(ports: try Ports(file), until: signals, logger: logger)
            }
            try work.refuse()
            let ports = try Ports(file)
            let engine = ListenAddress(host: auth.address, port: auth.port ?? ports.gethAuth)
            let rpc = try await checkedRPC(ports)
            if engine.port != 0 { try await DoorServer.checkAvailable(engine, name: EngineDoor.name) }
            try Databases.make("secrets_data", in: role.datadir)
            let secret = try JWTSecretFile.secret(auth.secretPath(datadir: role.datadir))
            let record = try await ExecutionRecord.of(
                datadir: role.datadir, options: chain, genesisTime: try chain.genesisTime ?? NodeSettings.genesisTime(file),
                // A node without a seed can follow, and begins a chain without a founder.
                seed: try? NodeSettings.seed(file, devnet: chain.devnet),
                join: try join.target(isKnown: ExecutionRecord.exists(datadir: role.datadir)), logger: logger)
            let datasets = try self.datasets(logger)
            let store = try Databases.execution(datadir: role.datadir)
            defer { store.close() }
            let geth = try GethRole(
                genesis: try record.genesis, store: store, secondsPerSlot: Double(record.secondsPerSlot),
                stateHistory: (gcmode ?? .full).stateHistory, seals: EthashSeals(datasets: datasets), sealThreads: mining.threads,
                dataDirectory: role.datadir)
            let devp2p = try await self.devp2p(geth, ports)
            announce(logger)
            try await serve(
                geth, at: rpc, peers: devp2p, beside: [geth.engineDoor(secret).server(at: engine, access: auth.access, logger: logger)],
                until: signals, logger: logger)
        }
    }

    /// Where JSON-RPC listens.
    typealias RPCPlaces = (http: ListenAddress, webSocket: WebSocketOptions)

    /// Where JSON-RPC listens, once its ports are found free.
    func checkedRPC(_ ports: Ports) async throws -> RPCPlaces {
        let rpc = ListenAddress(host: http.address, port: http.port ?? ports.gethHTTP)
        if rpc.port != 0 { try await DoorServer.checkAvailable(rpc, name: JSONRPCDoor.name) }
        let webSocket = self.webSocket.with(ports)
        if !webSocket.isOptional, webSocket.port != 0 {
            try await DoorServer.checkAvailable(webSocket.listenAddress(host: "127.0.0.1"), name: JSONRPCWebSocketDoor.name)
        }
        return (rpc, webSocket)
    }

    func datasets(_ logger: Logger) throws -> DatasetLibrary? {
        try mining.dataset.built(threads: max(1, mining.threads), folder: "\(role.datadir)/ethash", logger: logger)
    }

    /// The node among its peers, where it takes part in the network.
    func devp2p(_ geth: GethRole, _ ports: Ports) async throws -> DevP2PRole? {
        guard network.isWanted else { return nil }
        return try await DevP2PRole(
            network, execution: geth.execution, key: try NodeKeyFile.key(datadir: role.datadir, path: network.nodeKey),
            defaultPort: ports.gethP2P)
    }

    /// Serves the node until a signal ends it.
    func serve(
        _ geth: GethRole, at rpc: RPCPlaces, peers: DevP2PRole?, beside more: [any Service], until signals: StopSignals, logger: Logger
    ) async throws {
        var services: [any Service] = [
            geth.door(namespaces: http.namespaces, peers: peers).server(at: rpc.http, access: http.access, logger: logger),
            geth.webSocketDoor(rpc.webSocket, peers: peers, host: "127.0.0.1", access: http.access, logger: logger),
        ]
        services += more
        services += socket.services(datadir: role.datadir, door: { geth.socket(path: $0, peers: peers) }, logger: logger)
        services += RoleProcess.metrics([geth], host: http.address, port: metricsPort, access: http.access, logger: logger)
        try await RoleProcess.serve(services + geth.workers() + (peers?.workers() ?? []), until: signals, logger: logger)
        await geth.execution.stop()
    }

    private func announce(_ logger: Logger) {
        logger.info(
            "Waiting for a beacon node: 'polai beacon-chain --execution-endpoint http://HOST:PORT' with this secret says what to do")
        guard let externalConsensus else { return }
        if externalConsensus.hasPrefix("http://") || externalConsensus.hasPrefix("https://") {
            logger.notice("--externalcl: 'polai beacon-chain --ai-engine \(externalConsensus)' asks the AI engine; this role does not")
        } else {
            logger.notice(
                "--externalcl: nothing is loaded from \(externalConsensus); 'polai beacon-chain' and 'polai ai-engine' are the other parts")
        }
    }
}
