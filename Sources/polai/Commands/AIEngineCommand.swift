import AIEngine
import ArgumentParser
import BeaconTypes
import Dashboard
import Foundation
import HTTPDoor
import Logging
import NodeConfiguration
import Primitives
import RemoteBeaconNode
import ServiceInterfaces
import ServiceLifecycle

/// `polai ai-engine`: the AI engine in a process of its own.
struct AIEngineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ai-engine",
        abstract: "Run the AI engine alone: loss gate, adapters, votes into certificates, the dashboard.",
        discussion: """
            Holds the model, measures adapters with the loss gate, gathers votes into certificates for the beacon node, and \
            follows what became of each update. Trainers send their updates here; 'polai averager' asks it with the secret of \
            --jwt-secret. It waits for the beacon node, and goes on when that comes back.

            Examples:
              polai ai-engine --beacon-rest-api-provider http://localhost:3500 --dht localhost:13337 --jwt-secret jwt.hex
              curl localhost:8552/status
            """)

    @OptionGroup var role: RoleOptions

    @Option(help: "REST interface of the beacon node.")
    var beaconRestApiProvider = "http://127.0.0.1:3500"

    @Option(help: "File of the node's secret, which 'polai geth' makes (default: secrets_data/jwt.hex).")
    var jwtSecret: String?

    @Option(help: "Base model, that of the chain: a GGUF file or a model folder (default: MODEL, or the one in model_cache/).")
    var model: String?

    @Option(help: WeightForm.help)
    var weights = WeightForm.auto

    @OptionGroup(title: "Task")
    var task: TaskOptions

    @Option(help: "Threads for the loss gate, at low priority (default: the number of cores).")
    var threads: Int?

    @Option(help: "Accepted adapters that are held whole, the newest; older ones are made anew from the update files when asked for.")
    var adapterHistory = 16

    @OptionGroup(title: "Doors")
    var doors: RoleDoorOptions

    @Option(help: "AI engine and dashboard (AI_ENGINE_PORT, 8552).") var aiEnginePort: Int?
    @Option(help: "libp2p, and GET /dht/peers of this role.") var p2pPort = 13001

    @OptionGroup(title: "Peers")
    var peers: RolePeerOptions

    func validate() throws {
        guard threads.map({ (1...256).contains($0) }) ?? true else { throw ValidationError("--threads is from 1 to 256") }
        guard (0...100_000).contains(adapterHistory) else { throw ValidationError("--adapter-history is from 0 to 100000") }
        for (option, port) in [("--ai-engine-port", aiEnginePort ?? 1), ("--p2p-port", p2pPort)] {
            try refusing { try PortNumber.check(port, key: option) }
        }
    }

    func run() async throws {
        try await RoleProcess.run(AIEngineRole.name, verbosity: role.verbosity) { signals, logger in
            let (file, _) = try NodeSettings.environment(role.envFile)
            let door = ListenAddress(host: doors.host, port: try aiEnginePort ?? Ports(file).aiEngine)
            let p2p = ListenAddress(host: doors.host, port: p2pPort)
            for (name, address) in [(DashboardDoor.name, door), ("libp2p", p2p)] where address.port != 0 {
                try await DoorServer.checkAvailable(address, name: name)
            }
            let secret = try await JWTSecretFile.awaited(jwtSecret ?? "\(role.datadir)/secrets_data/jwt.hex", logger: logger)
            let node = try await RemoteBeaconNode.awaited(beaconRestApiProvider, token: secret.token, logger: logger)
            let model = try await model(ModelLocation.name(model, file), of: node, logger: logger)
            let (network, _) = try await DHTRole.beside(
                node, role: "ai-engine", datadir: role.datadir, address: p2p, peers: try peers.settings(file).peers)
            let engine = try AIEngineRole(
                model: model, loading: ModelLoading(model), devTextsRoot: model.devTextsRoot,
                store: try Databases.learning(datadir: role.datadir), node: PatientChain(node: node), routing: network.dht,
                files: network.dht,
                adapterHistory: adapterHistory)
            let observer = RemoteNodeStatus(node: node, engine: engine.engine, peers: network.dht)
            var services: [any Service] = [
                engine.door(observer: observer, averager: (secret.check, node.spec)).server(at: door, access: doors.access, logger: logger),
                network.server(access: DoorAccess(), logger: logger), TaskService.clock(node.clock) { nil },
            ]
            services += network.workers() + engine.workers() + RoleProcess.metrics([engine, network], doors, logger: logger)
            logger.info("Dashboard at http://\(door)/")
            try await RoleProcess.serve(services, until: signals, logger: logger)
        }
    }

    /// The model, once the beacon node has said which one the chain's is.
    private func model(_ path: String, of node: RemoteBeaconNode, logger: Logger) async throws -> ModelSetup {
        let learning = try await waiting(for: "the beacon node at \(beaconRestApiProvider)", logger: logger) {
            try await node.learningState()
        }
        let setup = try ModelSetup(
            path: try ModelLocation.local(path) ?? path, passages: [], task: try task.texts(root: learning.devTextsRoot), threads: threads,
            weights: weights)
        guard setup.root == learning.baseModelRoot else {
            throw SetupError(
                "the chain's base model is \(learning.baseModelRoot.hex), and \(setup.name) is \(setup.root.hex); name it with --model")
        }
        try PoolRoots(learning).require(setup)
        return setup
    }
}
