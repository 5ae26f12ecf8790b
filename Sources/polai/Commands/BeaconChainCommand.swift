import ArgumentParser
import BeaconAPI
import Foundation
import HTTPDoor
import Logging
import NodeConfiguration
import PrysmRPC

/// `polai beacon-chain`: the beacon node in a process of its own.
struct BeaconChainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "beacon-chain",
        abstract: "Run the beacon node alone, on an execution node in another process.",
        discussion: """
            Follows the chain, gossips blocks and votes with peers, and serves REST and gRPC to validator clients. It waits for \
            'polai geth' at --execution-endpoint, and takes from it when the chain begins; which validators it begins with say \
            GENESIS_SEED and --validators, as with 'polai up'. Either may be stopped and started again, in any order.

            Examples:
              polai beacon-chain --execution-endpoint http://localhost:8551 --jwt-secret jwt.hex --ai-quorum auto
              polai beacon-chain --execution-endpoint http://localhost:8551 --jwt-secret jwt.hex --ai-quorum auto \\
                --ai-engine http://localhost:8552 --dht localhost:13337
              polai beacon-chain --jwt-secret jwt.hex --join 192.0.2.1:13000 --bootstrap-node enr:…   peers by discovery
              polai validator --from-seed --beacon-rest-api-provider http://localhost:3500      its validators
            """)

    @OptionGroup var role: RoleOptions

    @Option(help: "The execution node's Engine API.")
    var executionEndpoint = "http://localhost:8551"

    @Option(help: "File of the secret that both layers hold, which 'polai geth' makes (default: secrets_data/jwt.hex).")
    var jwtSecret: String?

    @Option(help: "auto is half of a committee, rounded up; a number is fixed in genesis (default: AI_QUORUM, auto).")
    var aiQuorum: String?

    @Option(help: "The AI engine, 'polai ai-engine', where this node's REST interface looks up what became of updates.")
    var aiEngine: String?

    @Option(help: "Validators that the chain begins with: the first keys of GENESIS_SEED.")
    var validators = 1

    @OptionGroup(title: "What the chain begins with")
    var chain: ExecutionGenesisOptions

    @Option(help: "Base model, whose root stands in genesis: a GGUF file or a model folder (default: MODEL, or the one in model_cache/).")
    var model: String?

    @OptionGroup(title: "Task")
    var task: TaskOptions

    @OptionGroup(title: "Doors")
    var doors: RoleDoorOptions

    @Option(help: "Beacon REST (PRYSM_REST_PORT, 3500).") var prysmRestPort: Int?
    @Option(help: "Beacon gRPC (PRYSM_GRPC_PORT, 4000).") var prysmGrpcPort: Int?
    @Option(
        name: [.customLong("p2p-tcp-port"), .customLong("prysm-p2p-port")],
        help: "libp2p, and GET /dht/peers of this node (PRYSM_P2P_PORT, 13000).")
    var prysmP2pPort: Int?

    @OptionGroup(title: "Peers")
    var peers: RolePeerOptions

    @OptionGroup(title: "Discovery")
    var discovery: BeaconDiscoveryOptions

    @OptionGroup(title: "Joining another node's chain")
    var join: JoinOptions

    @OptionGroup(title: "Where to start")
    var sync: SyncOptions

    @OptionGroup(title: "What stays on disk")
    var storage: BeaconStorageOptions

    func validate() throws {
        guard (1...2048).contains(validators) else { throw ValidationError("--validators is from 1 to 2048") }
        if let aiQuorum { try refusing { try QuorumSetting(parsing: aiQuorum) } }
        for (option, port) in [
            ("--prysm-rest-port", prysmRestPort), ("--prysm-grpc-port", prysmGrpcPort), ("--p2p-tcp-port", prysmP2pPort),
        ] {
            if let port { try refusing { try PortNumber.check(port, key: option) } }
        }
    }

    func run() async throws {
        try await RoleProcess.run(BeaconRole.name, verbosity: role.verbosity) { signals, logger in
            let (file, _) = try NodeSettings.environment(role.envFile)
            var ports = try Ports(file)
            if let port = prysmRestPort { ports.prysmREST = port }
            if let port = prysmGrpcPort { ports.prysmGRPC = port }
            if let port = prysmP2pPort { ports.prysmP2P = port }
            for (name, port) in [(BeaconDoor.name, ports.prysmREST), (PrysmRPC.beaconName, ports.prysmGRPC), ("libp2p", ports.prysmP2P)]
            where port != 0 {
                try await DoorServer.checkAvailable(ListenAddress(host: doors.host, port: port), name: name)
            }
            let process = try await BeaconProcess(self, file: file, ports: ports, logger: logger)
            try await process.run(until: signals, logger: logger)
        }
    }
}
