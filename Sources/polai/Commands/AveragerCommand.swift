import ArgumentParser
import Averager
import Foundation
import HTTPDoor
import LoRA
import Logging
import ModelFiles
import NodeConfiguration
import Primitives
import RemoteAIEngine
import RemoteBeaconNode
import ServiceInterfaces
import ServiceLifecycle

/// `polai averager`: the averager in a process of its own.
struct AveragerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "averager",
        abstract: "Run the averager alone: gather updates, have the gate judge them, have the validators vote.",
        discussion: """
            Fetches the update files that trainers announce, combines them, asks the AI engine's loss gate whether the model \
            becomes better, and asks the beacon node for its validators' votes. It also judges the candidates of other nodes. \
            Both are asked with the secret of --jwt-secret. It waits for either, and goes on when that comes back.

            Example:
              polai averager --beacon-rest-api-provider http://localhost:3500 --ai-engine http://localhost:8552 \\
                --dht localhost:13337 --jwt-secret jwt.hex
            """)

    @OptionGroup var role: RoleOptions

    @Option(help: "REST interface of the beacon node.")
    var beaconRestApiProvider = "http://127.0.0.1:3500"

    @Option(help: "The AI engine.")
    var aiEngine = "http://127.0.0.1:8552"

    @Option(help: "File of the node's secret, which 'polai geth' makes (default: secrets_data/jwt.hex).")
    var jwtSecret: String?

    @Option(help: "Base model, that of the chain; only its shapes are read (default: MODEL, or the one in model_cache/).")
    var model: String?

    @Option(help: "Trainers to wait for at least, once the first has delivered.")
    var trainers = 1

    @Option(help: "Seconds to gather the updates of several trainers after the first.")
    var gatherSeconds = 60.0

    @OptionGroup(title: "Doors")
    var doors: RoleDoorOptions

    @Option(help: "libp2p, and GET /dht/peers of this role.") var p2pPort = 13002

    @OptionGroup(title: "Peers")
    var peers: RolePeerOptions

    func validate() throws {
        guard (1...23).contains(trainers) else { throw ValidationError("--trainers is from 1 to 23") }
        guard gatherSeconds >= 0, gatherSeconds <= 3600 else { throw ValidationError("--gather-seconds is from 0 to 3600") }
        try refusing { try PortNumber.check(p2pPort, key: "--p2p-port") }
    }

    func run() async throws {
        try await RoleProcess.run(AveragerRole.name, verbosity: role.verbosity) { signals, logger in
            let (file, _) = try NodeSettings.environment(role.envFile)
            let p2p = ListenAddress(host: doors.host, port: p2pPort)
            if p2p.port != 0 { try await DoorServer.checkAvailable(p2p, name: "libp2p") }
            let secret = try await JWTSecretFile.awaited(jwtSecret ?? "\(role.datadir)/secrets_data/jwt.hex", logger: logger)
            let node = try await RemoteBeaconNode.awaited(beaconRestApiProvider, token: secret.token, logger: logger)
            let engine = try await engine(node, model: ModelLocation.name(model, file), token: secret.token, logger: logger)
            let (network, key) = try await DHTRole.beside(
                node, role: AveragerRole.name, datadir: role.datadir, address: p2p, peers: try peers.settings(file).peers)
            var setting = Averager.Setting()
            (setting.expectedTrainers, setting.window) = (trainers, gatherSeconds)
            let averager = AveragerRole(
                setting: setting, node: PatientChain(node: node), signer: node, engine: engine, updates: engine, routing: network.dht,
                peerKey: key)
            var services: [any Service] = [
                network.server(access: doors.access, logger: logger), TaskService.clock(node.clock) { nil },
            ]
            services += network.workers() + averager.workers() + RoleProcess.metrics([network], doors, logger: logger)
            logger.info("Averaging", metadata: ["beacon_node": "\(beaconRestApiProvider)", "ai_engine": "\(aiEngine)"])
            try await RoleProcess.serve(services, until: signals, logger: logger)
        }
    }

    /// The AI engine, once it answers.
    private func engine(
        _ node: RemoteBeaconNode, model: String, token: @escaping @Sendable () -> String, logger: Logger
    ) async throws -> RemoteAIEngine {
        let base = try BaseModel(named: model)
        let engine = try RemoteAIEngine(
            address: aiEngine, baseModelRoot: base.root, layout: LoRALayout(model: try base.configuration), spec: node.spec, token: token,
            logger: logger)
        try await waiting(for: "the AI engine at \(aiEngine)", logger: logger) {
            let root = try await engine.engineModelRoot()
            guard root == base.root else {
                throw SetupError("the AI engine's base model is \(root.hex), and this one's \(base.root.hex); name the same with --model")
            }
        }
        return engine
    }
}
