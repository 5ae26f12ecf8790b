import AckVoteService
import BeaconAPI
import BeaconNode
import BeaconTypes
import ContentRouting
import EngineWire
import Foundation
import HTTPDoor
import Keys
import Logging
import NodeConfiguration
import PeerIdentity
import Primitives
import RemoteExecutionEngine
import SSZ
import ServiceInterfaces
import ServiceLifecycle
import StateTransition
import TrainingTexts

/// The beacon node of a process of its own: on an execution node behind the Engine API, with a place of its own in the network.
struct BeaconProcess {
    let beacon: BeaconRole
    private let network: BeaconNetwork
    private let ackVotes: AckVoteService
    private let secret: JWTSecret
    private let command: BeaconChainCommand
    private let ports: Ports
    private let joinedCheckpoint: Checkpoint?

    /// Waits for the execution node, then opens or begins the chain on it.
    init(_ command: BeaconChainCommand, file: EnvironmentFile, ports: Ports, logger: Logger) async throws {
        (self.command, self.ports) = (command, ports)
        let datadir = command.role.datadir
        let (peers, namesOthers) = try command.peers.settings(file)
        let join = try command.join.target(isKnown: ChainRecord.load(datadir: datadir) != nil)
        try Databases.make("secrets_data", in: datadir)
        let secret = try await JWTSecretFile.awaited(command.jwtSecret ?? "\(datadir)/secrets_data/jwt.hex", logger: logger)
        self.secret = secret
        let (engine, onExecution) = try await Self.engine(command.executionEndpoint, secret, logger: logger)
        let joined = try await ChainRecord.load(datadir: datadir) == nil ? GenesisFetch.joined(join, logger: logger) : nil
        let genesis = try Self.genesis(command, file: file, join: join, joined: joined, onExecution: onExecution)
        let record = try ChainRecord.load(datadir: datadir)
        let joinedCheckpoint = try record?.joinedCheckpoint.map(Checkpoint.init(weakSubjectivity:))
        self.joinedCheckpoint = joinedCheckpoint
        let clock = SlotClock(
            genesisTime: genesis.beacon.state.genesisTime, slotDurationMilliseconds: genesis.spec.config.slotDurationMs,
            now: { Date().timeIntervalSince1970 })
        let chain = OpenedChain()
        var places = peers
        for place in join?.places ?? [] where !places.bootstrap.contains(place) { places.bootstrap.append(place) }
        let discovery = command.discovery.settings(join)
        let network = try BeaconNetwork(
            genesis: genesis, chain: chain, datadir: datadir,
            address: ListenAddress(host: command.doors.host, port: ports.prysmP2P), peers: places, discovery: discovery,
            chainDescription: try record?.description(keys: genesis.validatorKeys.map { $0.hex }))
        self.network = network
        let beacon = try await BeaconRole(
            genesis: genesis.beacon, clock: clock, store: try Databases.beacon(datadir: datadir), engine: engine,
            checkpoint: try command.sync.checkpointSync(genesis.spec, logger: Logger(label: "sync"))
                ?? command.join.checkpoint(joinedCheckpoint, places: places.bootstrap, logger: Logger(label: "join")),
            network: network.role.dht,
            peers: network.role.blockPeers(areExpected: namesOthers || join != nil || !discovery.bootNodes.isEmpty),
            retention: command.storage.retention)
        chain.open(beacon.beacon)
        self.beacon = beacon
        ackVotes = AckVoteService(local: NoKeys(), chain: beacon.beacon, logger: logger)
    }

    private static func engine(
        _ place: String, _ secret: JWTSecret, logger: Logger
    ) async throws -> (WatchedEngine, RemoteExecutionEngine.Genesis) {
        let remote = RemoteExecutionEngine(endpoint: try EngineEndpoint(place), secret: secret, now: { Date().timeIntervalSince1970 })
        let genesis = try await waiting(for: "the execution node at \(place)", logger: logger) {
            let methods = try await remote.exchangeCapabilities()
            guard methods.contains("engine_newPayloadV4") else {
                throw SetupError("the execution engine at \(place) has no engine_newPayloadV4; this chain needs 'polai geth'")
            }
            return try await remote.genesis()
        }
        return (WatchedEngine(remote, at: place, logger: logger), genesis)
    }

    private static func genesis(
        _ command: BeaconChainCommand, file: EnvironmentFile, join: JoinTarget?, joined: ChainRecord?,
        onExecution: RemoteExecutionEngine.Genesis
    ) throws -> ChainGenesis {
        let wish = ChainWish(
            datadir: command.role.datadir, seed: try NodeSettings.seed(file, devnet: command.chain.devnet),
            quorum: try QuorumSetting(parsing: command.aiQuorum ?? file["AI_QUORUM"] ?? "auto"),
            genesisTime: try command.chain.genesisTime ?? NodeSettings.genesisTime(file), validators: command.validators,
            execution: command.chain, sync: command.sync, join: join, onExecution: onExecution)
        try Databases.make("chain_data", in: command.role.datadir)
        let known = try joined ?? ChainRecord.load(datadir: command.role.datadir)
        let task = try command.task.texts(root: known.map { try $0.devTexts })
        if known == nil { _ = try task.folder?.task() }
        let path = ModelLocation.name(command.model, file)
        let model = try ModelSetup(path: try ModelLocation.local(path) ?? path, passages: [], task: task, threads: nil)
        return try wish.genesis(model: model, joined: joined)
    }

    /// Serves until a signal ends it.
    func run(until signals: StopSignals, logger: Logger) async throws {
        // Before anything runs, so that no duty comes first.
        try await beacon.catchUp()
        let updates = try command.aiEngine.map(RemoteUpdateReader.init)
        var services: [any Service] = [
            beacon.door(learning: updates, peers: network.directory, ackRequests: ackVotes, signers: .init(ackVotes, check: secret.check))
                .server(at: address(ports.prysmREST), access: command.doors.access, logger: logger),
            beacon.grpcDoor(peers: network.directory, address: address(ports.prysmGRPC), logger: logger),
            network.role.server(access: DoorAccess(), logger: logger),
            TaskService.clock(beacon.beacon.clock) { [beacon] in beacon.beacon.syncStatus().headSlot },
            FinalityWatch(beacon: beacon.beacon).service,
        ]
        services += network.workers() + beacon.workers()
        services += RoleProcess.metrics([beacon, network.role, network], command.doors, logger: logger)
        if let joinedCheckpoint {
            let watch = InviteWatch(beacon: beacon.beacon, checkpoint: joinedCheckpoint, logger: logger)
            services.append(TaskService("invite") { try await watch.run() })
        }
        logger.info(
            "Chain ready",
            metadata: ["genesis_time": "\(beacon.beacon.clock.genesisTime)", "slot_seconds": "\(beacon.beacon.clock.secondsPerSlot)"])
        try await RoleProcess.serve(services, until: signals, logger: logger)
        beacon.beacon.stop()
    }

    private func address(_ port: Int) -> ListenAddress { ListenAddress(host: command.doors.host, port: port) }
}

/// A process without keys: all its votes come from validator clients.
struct NoKeys: AckSigner {
    func signers(among members: [ValidatorIndex]) -> [ValidatorIndex] { [] }

    func sign(_ statement: AckStatement, validator: ValidatorIndex) throws -> SignedUpdateAck {
        throw SetupError("no key of validator \(validator) is in this process")
    }
}
