import AIEngine
import AIEngineAPI
import AckDesk
import AckQuorum
import Averager
import BLS
import BeaconNode
import BeaconTypes
import ChainStore
import ContentRouting
import DHTAPI
import DHTDaemon
import Dashboard
import DevnetFaults
import ExecutionNode
import Foundation
import HTTPDoor
import JSONRPC
import KeyValueStore
import Keys
import LearningStore
import Logging
import NodeConfiguration
import PeerIdentity
import Primitives
import PrometheusMetrics
import SSZ
import ServiceInterfaces
import ServiceLifecycle
import Slasher
import StateTransition
import Trainer
import ValidatorClient

/// All services of one node, wired together in one process.
struct Node {
    let settings: NodeSettings
    let options: UpOptions
    let model: ModelSetup
    /// Its weights, which are packed while the node begins its duties.
    let loading: ModelLoading
    let clock: SlotClock
    /// Where to catch up from before the duties begin.
    let sync: CheckpointSync?
    let execution: ExecutionNode
    let beacon: BeaconNode
    let validator: ValidatorClient
    let dht: DHTDaemon
    let engine: AIEngine
    /// Asks the validators of this process and of others for their votes.
    let ackDesk: AckDesk
    let averager: Averager
    /// Makes the trainers once the weights are there.
    let makeTrainers: @Sendable (PackedModel) throws -> LocalTrainers
    let progress = ProgressSource()
    let slasher: Slasher?

    /// Opens or begins the chain in the data directory.
    init(settings: NodeSettings, options: UpOptions, model: ModelSetup) async throws {
        self.settings = settings
        self.options = options
        self.model = model
        try LocalTrainers.check(options, passages: model.passages.count)
        func logger(_ label: String) -> Logger { Logger(label: label) }
        let databases = try Databases(datadir: settings.datadir)
        let genesis = try Self.genesis(settings: settings, options: options, model: model)
        clock = SlotClock(
            genesisTime: genesis.beacon.state.genesisTime, slotDurationMilliseconds: genesis.spec.config.slotDurationMs,
            now: { Date().timeIntervalSince1970 })

        var executionOptions = ExecutionNodeOptions()
        executionOptions.stateHistory = options.storage.gcmode.stateHistory
        // docs/decisions/0002: a prepared payload may be sealed until 5 % of its slot, or half a second, have passed.
        executionOptions.sealTimeLimit = .milliseconds(Int64(max(clock.secondsPerSlot * 50, 500)))
        execution = try ExecutionNode(
            genesis: genesis.execution, store: databases.execution, sealEngine: EthashSeals(), options: executionOptions,
            logger: logger("geth"))
        sync = try options.sync.checkpointSync()
        let beaconStore = try BeaconStore(databases.beacon)
        let isNew = try beaconStore.pointer(.genesisBlock) == nil
        let anchor = isNew ? try await sync?.anchor(genesis: genesis.beacon, now: clock.currentTime) : nil
        beacon = try BeaconNode(
            genesis: genesis.beacon, anchor: anchor, clock: clock, store: beaconStore, engine: execution, logger: logger("beacon"))
        let keys = try SigningKeys.load(settings: settings, options: options)
        let protection = try ProtectionDatabase(
            databases.protection, genesisValidatorsRoot: genesis.beacon.state.genesisValidatorsRoot)
        let faults = options.misbehaviour.faults
        validator = ValidatorClient(
            node: faults.forgingSlots.isEmpty ? beacon : ForgingNode(beacon, slots: faults.forgingSlots), committees: beacon,
            liveness: ChainLiveness(chain: beacon), standings: beacon,
            detectsDoppelgangers: options.signing.enableDoppelgangerDetection, keys: keys, protection: protection,
            feeRecipient: settings.rewardAddress, graffiti: Self.graffiti, logger: logger("validator"))
        let peerKey = try Self.peerKey(datadir: settings.datadir)
        dht = DHTDaemon(
            store: databases.dht, validator: Self.recordValidator(beacon: beacon, genesis: genesis), identity: peerKey.peerID,
            addresses: ["/ip4/127.0.0.1/tcp/\(settings.ports.dht)"], now: { Date().timeIntervalSince1970 }, logger: logger("dht"))
        let store = LearningStore(databases.learning)
        slasher = try Self.openSlasherStore(datadir: settings.datadir, options: options).map { [beacon, dht] store in
            Slasher(
                chain: beacon, node: beacon, operations: beacon, topics: dht, history: beacon, store: store, logger: logger("slasher"))
        }
        let loading = ModelLoading(model)
        self.loading = loading
        engine = try AIEngine(
            setting: AIEngine.Setting(
                modelName: model.name, baseModelRoot: model.root, devTextsRoot: genesis.beacon.state.learning.devTextsRoot,
                parameterCount: model.parameterCount, layout: model.layout),
            gate: { try await loading.model().gate }, store: store, node: beacon, routing: dht, files: dht,
            trainers: { [progress] in progress.current }, logger: logger("ai"))
        ackDesk = AckDesk(
            local: Self.signer(validator, keys: keys, faults: faults, genesis: genesis, topics: dht), chain: beacon,
            logger: logger("averager"))
        averager = Averager(
            setting: LocalTrainers.gathering(options), node: beacon, signer: ackDesk, evaluator: engine,
            adapters: engine, journal: engine, routing: dht, peerKey: peerKey,
            logger: logger("averager"))
        makeTrainers = { [engine, beacon, dht, clock] model in
            try LocalTrainers(
                settings: settings, options: options, model: model, peerKey: peerKey,
                ground: LocalGround(node: beacon, adapters: engine, journal: engine, routing: dht), blobs: dht, store: store,
                secondsPerSlot: clock.secondsPerSlot)
        }
    }

    /// The genesis of this data directory: the recorded one, or a new one from the options.
    private static func genesis(settings: NodeSettings, options: UpOptions, model: ModelSetup) throws -> ChainGenesis {
        let recorded = try ChainRecord.load(datadir: settings.datadir)
        let wanted = ChainRecord(
            genesisTime: settings.genesisTime ?? recorded?.genesisTime ?? UInt64(Date().timeIntervalSince1970) + 2,
            secondsPerSlot: options.secondsPerSlot, validators: options.validators, genesisDifficulty: options.genesisDifficulty,
            chainConfig: try options.sync.changes(ChainGenesis.spec(secondsPerSlot: options.secondsPerSlot).config),
            aiQuorum: settings.quorum.genesisValue, baseModelRoot: model.root.hex)
        if let recorded {
            guard recorded.aiQuorum == wanted.aiQuorum else {
                throw SetupError(
                    "AI_QUORUM is '\(settings.quorum)', but this chain's genesis committed '\(QuorumSetting(genesisValue: recorded.aiQuorum))'; "
                        + "set AI_QUORUM back, or start a new chain with another --datadir")
            }
            guard recorded == wanted else {
                throw SetupError(
                    "the chain in \(settings.datadir) was begun with other options (\(recorded)); use those again, or another --datadir")
            }
        }
        let genesis = try ChainGenesis(
            config: try options.sync.configuration(ChainGenesis.spec(secondsPerSlot: options.secondsPerSlot).config),
            seed: settings.seed, validators: wanted.validators, genesisTime: wanted.genesisTime,
            secondsPerSlot: wanted.secondsPerSlot, difficulty: wanted.genesisDifficulty, aiQuorum: wanted.aiQuorum,
            baseModelRoot: model.root, layout: model.layout)
        if recorded == nil { try wanted.save(datadir: settings.datadir) }
        return genesis
    }

    /// The validator client, or the same with some dishonest validators.
    private static func signer(
        _ client: ValidatorClient, keys: ValidatorKeys, faults: DevnetFaults, genesis: ChainGenesis, topics: DHTDaemon
    ) -> any AckSigner {
        guard faults.concernsVotes else { return client }
        let (spec, state) = (genesis.spec, genesis.beacon.state)
        let domain = computeDomain(Constant.domainUpdateAck, state.fork.currentVersion, state.genesisValidatorsRoot)
        return FaultySigner(client, faults: faults, topics: topics) { ack, index in
            // The validators of a devnet's genesis are the keys of its seed, in order.
            guard let position = Int(exactly: index), position < keys.publicKeys.count, let key = keys[keys.publicKeys[position]] else {
                throw SetupError("no key for validator \(index)")
            }
            let root = updateAckSigningRoot(ack, domain: domain, spec: spec)
            return SignedUpdateAck(message: ack, validatorIndex: index, signature: key.sign(root))
        }
    }

    private static var graffiti: Bytes32 { Graffiti.program }

    /// This node's libp2p key, generated at the first start and kept in `secrets_data/`.
    ///
    /// - Parameter name: trainers beyond the first have keys of their own.
    static func peerKey(datadir: String, name: String = "libp2p") throws -> PeerKeyPair {
        let path = "\(datadir)/secrets_data/\(name).key"
        if let data = FileManager.default.contents(atPath: path) {
            do {
                return try PeerKeyPair(
                    seed: [UInt8](hex: String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)))
            } catch {
                throw SetupError("\(path) is damaged; remove it to get a new libp2p identity")
            }
        }
        var generator = SystemRandomNumberGenerator()
        let seed = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(seed.bareHex.utf8), attributes: [.posixPermissions: 0o600])
        else { throw SetupError("cannot write \(path)") }
        return try PeerKeyPair(seed: seed)
    }

    private static func recordValidator(beacon: BeaconNode, genesis: ChainGenesis) -> AckRecordValidator {
        let state = genesis.beacon.state
        return AckRecordValidator(
            spec: genesis.spec, domain: computeDomain(Constant.domainUpdateAck, state.fork.currentVersion, state.genesisValidatorsRoot)
        ) { index in
            guard let head = try? await beacon.state(.head), index < UInt64(head.state.validators.count) else { return nil }
            return head.state.validators[Int(index)].pubkey
        }
    }
}

/// The databases of a data directory.
struct Databases {
    let execution: KeyValueStore
    let beacon: KeyValueStore
    let protection: KeyValueStore
    let dht: KeyValueStore
    let learning: KeyValueStore

    init(datadir: String) throws {
        let manager = FileManager.default
        for folder in ["chain_data", "dht_db", "secrets_data"] {
            do {
                try manager.createDirectory(atPath: "\(datadir)/\(folder)", withIntermediateDirectories: true)
            } catch {
                throw SetupError("cannot create \(datadir)/\(folder): \(error.localizedDescription)")
            }
        }
        try? manager.setAttributes([.posixPermissions: 0o700], ofItemAtPath: "\(datadir)/secrets_data")
        execution = try KeyValueStore(directory: "\(datadir)/chain_data/geth", tables: ExecutionStore.tables)
        beacon = try KeyValueStore(directory: "\(datadir)/chain_data/beacon", tables: BeaconStore.tables)
        protection = try KeyValueStore(directory: "\(datadir)/secrets_data/slashing_protection", tables: ProtectionDatabase.tables)
        dht = try KeyValueStore(directory: "\(datadir)/dht_db", tables: DHTDaemon.tables)
        learning = try KeyValueStore(directory: "\(datadir)/chain_data/learning", tables: LearningStore.tables)
    }
}
