public import ArgumentParser
import LoRA
public import Logging
import NodeConfiguration
import Primitives

/// The options of `polai up`.
struct UpOptions: ParsableArguments {
    @Option(help: "Folder of the chain, the DHT records and the validator's protection database.")
    var datadir = "."

    @Option(help: "Settings file with GENESIS_SEED, AI_QUORUM and ports (default: .env in the current folder, if there).")
    var envFile: String?

    @Option(help: "Validators of this node, derived from GENESIS_SEED and in the genesis state.")
    var validators = 1

    @OptionGroup(title: "What the chain begins with")
    var chain: ExecutionGenesisOptions

    @Flag(help: "Do not train; gate and validate only.")
    var noTrainer = false

    @Option(help: "Trainers of this node, on disjoint shards of the data, each with a key of its own; they take turns.")
    var trainers = 1

    @Option(
        name: .customLong("bad-trainer"),
        help: "With --devnet: add a hostile trainer, sign-flip, copy, nan or oversize, to watch it be refused. Repeatable.")
    var badTrainers: [BadTrainer] = []

    @Option(help: LoRAAdapter.startHelp)
    var startFrom: String?

    @Option(help: "Seconds to gather the updates of several trainers after the first.")
    var gatherSeconds = 60.0

    @Flag(help: "Do not watch for slashable offences, and do not serve the slasher's port.")
    var noSlasher = false

    @Option(help: "Training steps in one round, 8 x 64 tokens each.")
    var stepsPerRound = 10

    @Option(help: "Threads for the loss gate and for training, at low priority (default: the number of cores).")
    var threads: Int?

    @Option(
        help:
            "Base model: a GGUF file, a model folder, or a hub id such as HuggingFaceTB/SmolLM2-135M-Instruct (default: MODEL, or the one in model_cache/)."
    )
    var model: String?

    @Option(help: WeightForm.help)
    var weights = WeightForm.auto

    @OptionGroup(title: "Task")
    var task: TaskOptions

    @OptionGroup(title: "Training text")
    var text: DataOptions

    @Option(help: "Execution address for fees and training rewards, 0x and 40 hexadecimal digits.")
    var rewardAddress = "0x0000000000000000000000000000000000000000"

    @Option(help: "Execution address for the rewards of the next trainer (default: --reward-address). Repeatable.")
    var trainerReward: [String] = []

    @Option(help: "Address the HTTP doors listen on. Keep it on this machine unless a proxy stands in front.")
    var host = "127.0.0.1"

    @Option(help: "Exit with status 0 and a JSON summary once this many accepted updates are finalised.")
    var stopAfterUpdate: UInt64?

    @Option(help: "Give up with a non-zero status after this time, a year at most: 90s, 20m, 2h.")
    var timeout: Timeout?

    @Option(help: "Least severe log level shown: trace, debug, info, notice, warning, error.")
    var verbosity: Logger.Level = .info

    @OptionGroup(title: "Validator keys")
    var signing: SigningOptions

    @OptionGroup(title: "Ports (each overrides .env)")
    var ports: PortOptions

    @OptionGroup(title: "Who may use the doors")
    var access: AccessOptions

    @OptionGroup(title: "JSON-RPC over WebSocket")
    var webSocket: WebSocketOptions

    @OptionGroup(title: "Sealing")
    var mining: MiningOptions

    @OptionGroup(title: "Engine API")
    var auth: AuthOptions

    @OptionGroup(title: "Peers")
    var peers: PeerOptions

    @OptionGroup(title: "Discovery of the beacon node's peers")
    var discovery: BeaconDiscoveryOptions

    @OptionGroup(title: "Joining another node's chain")
    var join: JoinOptions

    @OptionGroup(title: "Where to start")
    var sync: SyncOptions

    @OptionGroup(title: "What stays on disk")
    var storage: StorageOptions

    @OptionGroup(title: "Misbehaviour to watch (only with --devnet)")
    var misbehaviour: DevnetOptions

    func validate() throws {
        try misbehaviour.validate(devnet: devnet, validators: validators)
        guard join.join == nil || !peers.solo else { throw ValidationError("--join asks another node; leave out --solo") }
        guard (1...2048).contains(validators) else { throw ValidationError("--validators is from 1 to 2048") }
        guard (1...10_000).contains(stepsPerRound) else { throw ValidationError("--steps-per-round is from 1 to 10000") }
        guard threads.map({ (1...256).contains($0) }) ?? true else { throw ValidationError("--threads is from 1 to 256") }
        guard (1...16).contains(trainers) else { throw ValidationError("--trainers is from 1 to 16") }
        guard startFrom == nil || !noTrainer else { throw ValidationError("--start-from is for a trainer, and --no-trainer leaves it out") }
        guard badTrainers.isEmpty || devnet else { throw ValidationError("--bad-trainer is for development chains; add --devnet") }
        guard badTrainers.count + trainers <= 23 else { throw ValidationError("--trainers and --bad-trainer are at most 23 together") }
        guard gatherSeconds >= 0, gatherSeconds <= 3600 else { throw ValidationError("--gather-seconds is from 0 to 3600") }
        guard trainerReward.count <= trainers else { throw ValidationError("there are more --trainer-reward than --trainers") }
        guard stopAfterUpdate != 0 else { throw ValidationError("--stop-after-update is 1 or more") }
        try Self.checkAddress(rewardAddress, option: "--reward-address")
        for address in trainerReward { try Self.checkAddress(address, option: "--trainer-reward") }
    }

    /// Refuses what is no execution address, before anything is begun.
    static func checkAddress(_ text: String, option: String) throws(ValidationError) {
        guard (try? Address(hex: text)) != nil else {
            throw ValidationError("\(option) is '\(text)'; an execution address is 0x and 40 hexadecimal digits")
        }
    }
}

extension UpOptions {
    var devnet: Bool { chain.devnet }
    var secondsPerSlot: Int { chain.secondsPerSlot }
    var genesisTime: UInt64? { chain.genesisTime }
    var genesisDifficulty: UInt64? { chain.genesisDifficulty }
    var funded: [FundedAccount] { chain.funded }
}

/// One option a port.
struct PortOptions: ParsableArguments {
    @Option(help: "DHT and GET /dht/peers (13337).") var dhtPort: Int?
    @Option(help: "Execution JSON-RPC (8545).") var gethHttpPort: Int?
    @Option(help: "Beacon REST (3500).") var prysmRestPort: Int?
    @Option(help: "Beacon gRPC (4000).") var prysmGrpcPort: Int?
    @Option(
        name: [.customLong("p2p-tcp-port"), .customLong("prysm-p2p-port")],
        help: "The beacon node's libp2p (PRYSM_P2P_PORT, 13000; another where that is taken and nobody named it).")
    var p2pTcpPort: Int?
    @Option(help: "Slasher gRPC (4003).") var slasherPort: Int?
    @Option(help: "AI engine and dashboard (8552).") var aiEnginePort: Int?
    @Option(help: "Prometheus metrics (9090).") var metricsPort: Int?

    func validate() throws {
        let given = [
            ("--dht-port", dhtPort), ("--geth-http-port", gethHttpPort), ("--prysm-rest-port", prysmRestPort),
            ("--prysm-grpc-port", prysmGrpcPort), ("--p2p-tcp-port", p2pTcpPort), ("--slasher-port", slasherPort),
            ("--ai-engine-port", aiEnginePort), ("--metrics-port", metricsPort),
        ]
        for (option, port) in given { if let port { try refusing { try PortNumber.check(port, key: option) } } }
    }
}

/// Turns the refusal of a setting into that of an option: status 64, with the same words.
@discardableResult
func refusing<Value>(_ check: () throws -> Value) throws -> Value {
    do {
        return try check()
    } catch {
        throw ValidationError("\(error)")
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}

/// A duration on the command line: a number with `s`, `m` or `h`; seconds without a letter.
struct Timeout: ExpressibleByArgument {
    let seconds: Double

    /// A year.
    private static let longest: Double = 366 * 86_400

    init?(argument: String) {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
        guard let last = argument.last else { return nil }
        let factor = units[last]
        guard let number = Double(factor == nil ? argument : String(argument.dropLast())), number > 0,
            number * (factor ?? 1) <= Self.longest
        else { return nil }
        seconds = number * (factor ?? 1)
    }
}
