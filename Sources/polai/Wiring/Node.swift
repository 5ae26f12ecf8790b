import Secp256k1
import Keys
import ExecutionChain
import ExecutionNode
import AckVoteService
import BeaconNode
import NodeConfiguration
import PeerIdentity
import StateTransition
import Trainer
import BeaconTypes
import DHTDaemon
import DevnetFaults
import Foundation
import HTTPDoor
import LearningStore
import Logging
import Primitives
import ServiceInterfaces
import SSZ
import ServiceLifecycle

/// All roles of a node in one process: `polai up`.
struct Node {
    let settings: NodeSettings
    let options: UpOptions
    let clock: SlotClock
    let geth: GethRole
    let beacon: BeaconRole
    let validator: ValidatorRole
    let dht: DHTRole
    /// The beacon node's own network, beside the DHT.
    let beaconNetwork: BeaconNetwork
    let aiEngine: AIEngineRole
    /// Where validator clients of other processes are asked for votes on updates.
    let ackVotes: AckVoteService
    let averager: AveragerRole
    let trainer: TrainerRole?
    let slasher: SlasherRole?
    /// What must be final in a chain that was joined by an invite.
    let joinedCheckpoint: Checkpoint?
    let genesisValidators: Int
    /// Whether the founder's account grows from this node's seed.
    let isFounder: Bool

    /// The table of roles, in the order in which they are begun.
    var roles: [any NodeRole] {
        let always: [any NodeRole] = [geth, dht, beacon, aiEngine, averager, validator]
        return always + (trainer.map { [$0] } ?? []) + (slasher.map { [$0] } ?? [])
    }

    /// Opens or begins the chain in the data directory.
    init(settings: NodeSettings, options: UpOptions, model: ModelSetup, joined: ChainRecord? = nil) async throws {
        self.settings = settings
        self.options = options
        try LocalTrainers.check(options, passages: model.passages.count)
        let databases = try Databases(datadir: settings.datadir)
        let genesis = try ChainWish(settings, options).genesis(model: model, joined: joined)
        let record = try ChainRecord.load(datadir: settings.datadir)
        let joinedCheckpoint = try record?.joinedCheckpoint.map(Checkpoint.init(weakSubjectivity:))
        self.joinedCheckpoint = joinedCheckpoint
        let clock = SlotClock(
            genesisTime: genesis.beacon.state.genesisTime, slotDurationMilliseconds: genesis.spec.config.slotDurationMs,
            now: { Date().timeIntervalSince1970 })
        self.clock = clock
        let datasets = try options.mining.dataset.built(
            threads: options.threads ?? max(1, options.mining.threads), folder: "\(settings.datadir)/ethash",
            logger: Logger(label: GethRole.name))
        geth = try GethRole(
            genesis: genesis.execution, store: databases.execution, secondsPerSlot: clock.secondsPerSlot,
            stateHistory: options.storage.gcmode.stateHistory, seals: EthashSeals(datasets: datasets), sealThreads: options.mining.threads,
            dataDirectory: settings.datadir)
        let peerKey = try PeerKeyFile.key(datadir: settings.datadir)
        // The network comes first: the chain gets its topics and peers from it, and judges its records once it is open.
        let chain = OpenedChain()
        let dht = DHTRole(
            store: databases.dht, validator: genesis.recordValidator { chain.reader }, key: peerKey,
            address: ListenAddress(host: settings.access.dhtAddress ?? settings.host, port: settings.ports.dht), peers: settings.peers,
            topics: .chain(genesis.beacon.forkDigest), scoring: .chain(genesis), folder: "\(settings.datadir)/dht_db",
            chainDescription: try record?.description(keys: genesis.validatorKeys.map { $0.hex }))
        self.dht = dht
        var beaconPeers = PeerSettings.alone
        beaconPeers.helpsOthers = settings.peers.helpsOthers
        let beaconNetwork = try BeaconNetwork(
            genesis: genesis, chain: chain, datadir: settings.datadir,
            address: ListenAddress(host: settings.access.dhtAddress ?? settings.host, port: settings.ports.prysmP2P), peers: beaconPeers,
            beside: dht, discovery: settings.discovery)
        self.beaconNetwork = beaconNetwork
        let beacon = try await BeaconRole(
            genesis: genesis.beacon, clock: clock, store: databases.beacon, engine: geth.engine,
            checkpoint: try options.sync.checkpointSync(genesis.spec, logger: Logger(label: "sync"))
                ?? options.join.checkpoint(joinedCheckpoint, places: settings.peers.bootstrap, logger: Logger(label: "join")),
            network: beaconNetwork.role.dht,
            peers: beaconNetwork.role.blockPeers(areExpected: dht.expectsOthers || !settings.discovery.bootNodes.isEmpty),
            retention: options.storage.retention)
        chain.open(beacon.beacon)
        self.beacon = beacon
        validator = try ValidatorRole(
            node: beacon.beacon,
            keys: try SigningKeys.load(settings: settings, options: options, joined: record?.validatorKeys == nil ? nil : genesis),
            protection: databases.protection,
            feeRecipient: settings.rewardAddress, detectsDoppelgangers: options.signing.enableDoppelgangerDetection,
            faults: options.misbehaviour.faults)
        genesisValidators = genesis.validatorKeys.count
        isFounder = genesis.execution.allocations[try settings.seed.accountKey().address] != nil
        slasher =
            try options.noSlasher
            ? nil
            : SlasherRole(
                chain: beacon.beacon, topics: dht.dht, store: try SlasherRole.openStore(datadir: settings.datadir),
                setRefusedBlockObserver: { await beacon.beacon.setRefusedBlockObserver($0) })
        let loading = ModelLoading(model)
        let aiEngine = try AIEngineRole(
            model: model, loading: loading, devTextsRoot: genesis.beacon.state.learning.devTextsRoot, store: databases.learning,
            node: beacon.beacon, routing: dht.dht, files: dht.dht, adapterHistory: options.storage.adapterHistory)
        self.aiEngine = aiEngine
        // Who begins at a checkpoint has no update files to make the head's adapter of.
        dht.dht.lend { [store = aiEngine.store] in try store.adapterBytes($0, in: $1) }
        ackVotes = AckVoteService(
            local: genesis.signer(validator, faults: options.misbehaviour.faults, topics: dht.dht), chain: beacon.beacon,
            logger: Logger(label: AveragerRole.name))
        averager = AveragerRole(
            setting: LocalTrainers.gathering(options), node: beacon.beacon, signer: ackVotes, engine: aiEngine.engine,
            updates: aiEngine.ledger, routing: dht.dht, peerKey: peerKey)
        let general = model.generalTexts
        trainer =
            options.noTrainer
            ? nil
            : TrainerRole(loading: loading, progress: aiEngine.progress) { model in
                try LocalTrainers(
                    settings: settings, options: options, model: model, general: general, peerKey: peerKey,
                    node: LocalLearningNode(
                        node: beacon.beacon, adapters: aiEngine.engine, updates: aiEngine.ledger, routing: dht.dht),
                    blobs: dht.dht, store: aiEngine.store, secondsPerSlot: clock.secondsPerSlot)
            }
    }
}
