import BeaconNode
import NodeConfiguration
import PeerIdentity
import StateTransition
import Trainer
import BeaconTypes
import DevnetFaults
import Foundation
import HTTPDoor
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
    let aiEngine: AIEngineRole
    let averager: AveragerRole
    let trainer: TrainerRole?
    let slasher: SlasherRole?

    /// The table of roles, in the order in which they are begun.
    var roles: [any NodeRole] {
        let always: [any NodeRole] = [geth, dht, beacon, aiEngine, averager, validator]
        return always + (trainer.map { [$0] } ?? []) + (slasher.map { [$0] } ?? [])
    }

    /// Opens or begins the chain in the data directory.
    init(settings: NodeSettings, options: UpOptions, model: ModelSetup) async throws {
        self.settings = settings
        self.options = options
        try LocalTrainers.check(options, passages: model.passages.count)
        let databases = try Databases(datadir: settings.datadir)
        let genesis = try Self.genesis(settings: settings, options: options, model: model)
        let clock = SlotClock(
            genesisTime: genesis.beacon.state.genesisTime, slotDurationMilliseconds: genesis.spec.config.slotDurationMs,
            now: { Date().timeIntervalSince1970 })
        self.clock = clock
        geth = try GethRole(
            genesis: genesis.execution, store: databases.execution, secondsPerSlot: clock.secondsPerSlot,
            stateHistory: options.storage.gcmode.stateHistory)
        let beacon = try await BeaconRole(
            genesis: genesis.beacon, clock: clock, store: databases.beacon, engine: geth.engine,
            checkpoint: try options.sync.checkpointSync(genesis.spec, logger: Logger(label: "sync")),
            retention: options.storage.retention)
        self.beacon = beacon
        validator = try ValidatorRole(
            node: beacon.beacon, keys: try SigningKeys.load(settings: settings, options: options), protection: databases.protection,
            feeRecipient: settings.rewardAddress, detectsDoppelgangers: options.signing.enableDoppelgangerDetection,
            faults: options.misbehaviour.faults)
        let peerKey = try PeerKeyFile.key(datadir: settings.datadir)
        let dht = DHTRole(
            store: databases.dht, validator: genesis.recordValidator(chain: beacon.beacon), key: peerKey,
            address: ListenAddress(host: settings.access.dhtAddress ?? settings.host, port: settings.ports.dht), peers: settings.peers,
            topicPrefix: "/polai/\(genesis.beacon.state.genesisValidatorsRoot.bytes.prefix(8).bareHex)/",
            folder: "\(settings.datadir)/dht_db")
        self.dht = dht
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
        averager = AveragerRole(
            setting: LocalTrainers.gathering(options), node: beacon.beacon,
            signer: genesis.signer(validator, faults: options.misbehaviour.faults, topics: dht.dht), engine: aiEngine.engine,
            updates: aiEngine.ledger, routing: dht.dht, peerKey: peerKey)
        trainer =
            options.noTrainer
            ? nil
            : TrainerRole(loading: loading, progress: aiEngine.progress) { model in
                try LocalTrainers(
                    settings: settings, options: options, model: model, peerKey: peerKey,
                    node: LocalLearningNode(
                        node: beacon.beacon, adapters: aiEngine.engine, updates: aiEngine.ledger, routing: dht.dht),
                    blobs: dht.dht, store: aiEngine.store, secondsPerSlot: clock.secondsPerSlot)
            }
    }
}
