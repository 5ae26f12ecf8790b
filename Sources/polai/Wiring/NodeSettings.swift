import ArgumentParser
import Foundation
import Keys
import NodeConfiguration
import Primitives

/// What `polai up` was told, from options and `.env` together, checked.
struct NodeSettings {
    var datadir: String
    var seed: GenesisSeed
    var quorum: QuorumSetting
    var ports: Ports
    var host: String
    var access: AccessOptions
    var auth: AuthOptions
    var webSocket: WebSocketOptions
    /// Whether the Engine API's port is the standard one, which nobody named.
    var isEngineOptional: Bool { auth.port == nil && ports.gethAuth == Ports().gethAuth }
    /// Whether nobody named the port of the beacon node's network: another is taken where it is in use.
    var isP2POptional = false
    var peers: PeerSettings
    /// How the beacon node looks for peers by their records.
    var discovery: BeaconDiscoverySettings
    /// The chain to follow, where another's.
    var join: JoinTarget?
    var genesisTime: UInt64?
    var rewardAddress: Address
    var modelPath: String
    var warnings: [String] = []

    /// Whether a node without a chain follows that of the places where it joins, rather than begin one: GENESIS_HOST names another
    /// node, and no genesis time says that this chain is known.
    var followsOthers: Bool { join == nil && genesisTime == nil && !peers.isSolo && !peers.bootstrap.isEmpty }

    /// Reads the settings file and puts the options over it.
    init(_ options: UpOptions) throws {
        let (file, path) = try Self.environment(options.envFile)
        datadir = options.datadir
        host = options.host
        access = options.access
        auth = options.auth
        peers = try PeerSettings(options.peers, file)
        // Nowhere to join but, as env.example has it, this machine: the node may be one of its own, and need not be told so.
        if options.peers.bootstrap.isEmpty, peers.namesOnlyThisMachine { peers.isSolo = true }
        join = try options.join.target(isKnown: ChainRecord.load(datadir: options.datadir) != nil)
        if let join {
            for place in join.places where !peers.bootstrap.contains(place) { peers.bootstrap.append(place) }
            peers.isSolo = false
        }
        discovery = options.discovery.settings(join)
        seed = try Self.seed(file, devnet: options.devnet)
        quorum = try QuorumSetting(parsing: file["AI_QUORUM"] ?? "auto")
        ports = try Ports(file)
        ports.apply(options.ports)
        if let port = options.auth.port { ports.gethAuth = port }
        if let port = options.webSocket.port { ports.gethWS = port }
        webSocket = options.webSocket.with(ports)
        isP2POptional = options.ports.p2pTcpPort == nil && (file["PRYSM_P2P_PORT"] ?? "").isEmpty
        try ports.validate()
        genesisTime = try options.genesisTime ?? Self.genesisTime(file)
        rewardAddress = try Address(hex: options.rewardAddress)
        modelPath = ModelLocation.name(options.model, file)
        if let path, Self.isReadableByOthers(path) {
            warnings.append("\(path) can be read by other users; it holds GENESIS_SEED, a private key: chmod 600 \(path)")
        }
    }

    /// The given settings file, or `.env` of the current folder if there is one, under the process's environment.
    static func environment(_ given: String?) throws -> (EnvironmentFile, path: String?) {
        let path = given ?? ".env"
        let variables = ProcessInfo.processInfo.environment
        guard let data = FileManager.default.contents(atPath: path) else {
            guard given == nil else { throw SetupError("cannot read the settings file \(path)") }
            return (EnvironmentFile().overridden(by: variables), nil)
        }
        return (try EnvironmentFile(parsing: Array(data)).overridden(by: variables), path)
    }

    /// GENESIS_SEED, which must not be the sample except on a development chain.
    static func seed(_ file: EnvironmentFile, devnet: Bool) throws -> GenesisSeed {
        guard let text = file["GENESIS_SEED"], !text.isEmpty else {
            guard devnet else {
                throw SetupError("GENESIS_SEED is not set; 'make run' writes a .env with a fresh one, or use --devnet for the sample seed")
            }
            return GenesisSeed.sample
        }
        let seed = try GenesisSeed(text)
        guard devnet || !seed.isSample else {
            throw SetupError("GENESIS_SEED is the sample seed, which everybody knows; generate your own, or pass --devnet")
        }
        return seed
    }

    /// GENESIS_TIME, where it is set.
    static func genesisTime(_ file: EnvironmentFile) throws -> UInt64? {
        guard let text = file["GENESIS_TIME"], !text.isEmpty else { return nil }
        return try GenesisTimeSetting.parse(text, key: "GENESIS_TIME")
    }

    private static func isReadableByOthers(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let permissions = attributes?[.posixPermissions] as? Int else { return false }
        return permissions & 0o077 != 0
    }
}

/// Why the node could not be set up: one line for the operator.
struct SetupError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension Ports {
    /// Puts what the command line says over what `.env` says.
    mutating func apply(_ options: PortOptions) {
        if let port = options.dhtPort { dht = port }
        if let port = options.gethHttpPort { gethHTTP = port }
        if let port = options.prysmRestPort { prysmREST = port }
        if let port = options.prysmGrpcPort { prysmGRPC = port }
        if let port = options.p2pTcpPort { prysmP2P = port }
        if let port = options.slasherPort { slasher = port }
        if let port = options.aiEnginePort { aiEngine = port }
        if let port = options.metricsPort { metrics = port }
    }
}
