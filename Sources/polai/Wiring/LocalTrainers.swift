import Averager
import ContentRouting
import LearningTask
import LearningStore
import LoRA
import Logging
import PeerIdentity
import Primitives
import ServiceInterfaces
import Trainer

/// The trainers of one node: each with a shard of the data and a key of its own, all with one set of weights and
/// threads, which they use in turns. On a development chain also the hostile ones, to watch them be refused.
struct LocalTrainers: Sendable {
    let honest: [Trainer]
    let hostile: [Trainer]
    let forgers: [HostileTrainer]

    init(
        settings: NodeSettings, options: UpOptions, model: PackedModel, general: GeneralTexts?, peerKey: PeerKeyPair,
        node: LocalLearningNode,
        blobs: any BlobStore & MessageTopics, store: LearningStore, secondsPerSlot: Double
    ) throws {
        guard !options.noTrainer else {
            (honest, hostile, forgers) = ([], [], [])
            return
        }
        let kinds = options.badTrainers
        let shards = Self.shardCount(options)
        let lock = TrainingLock()
        let start = try options.startFrom.map { try LoRAAdapter(startingAt: $0, layout: model.layout, baseModelRoot: model.root) }
        func trainer(_ name: String, shard: Int, key: PeerKeyPair, tampering: Tampering, reward: Address) throws -> Trainer {
            var setting = Trainer.Setting(
                stepsPerRound: options.stepsPerRound, rewardAddress: reward, baseModelRoot: model.root, layout: model.layout, name: name)
            setting.tampering = tampering
            // One trainer brings it: the same change from others would be copies.
            if name == "local" { setting.start = start }
            return try Trainer(
                setting: setting, backend: model.backend, data: model.shard(shard, of: shards), general: general, node: node,
                lock: lock, pause: secondsPerSlot, store: store, peerKey: key,
                logger: Logger(label: name == "local" ? "trainer" : "trainer \(name)"))
        }
        let rewards = try options.trainerReward.map { try Address(hex: $0) }
        honest = try (0..<options.trainers).map { index in
            let name = index == 0 ? "local" : "local-\(index + 1)"
            return try trainer(
                name, shard: index, key: index == 0 ? peerKey : PeerKeyFile.key(datadir: settings.datadir, name: "trainer-\(index + 1)"),
                tampering: .none, reward: index < rewards.count ? rewards[index] : settings.rewardAddress)
        }
        var flippers: [Trainer] = []
        var forgers: [HostileTrainer] = []
        for (index, kind) in kinds.enumerated() {
            let name = "bad-\(index + 1) \(kind.rawValue)"
            let key = try PeerKeyFile.key(datadir: settings.datadir, name: "trainer-bad-\(index + 1)")
            // An address of nobody: rewards of a hostile trainer would show.
            let address = Address(SHA256.hash(key.publicKey.rawBytes).bytes.suffix(20)) ?? .zero
            if let forgery = kind.forgery {
                forgers.append(
                    HostileTrainer(
                        kind: forgery, baseModelRoot: model.root, layout: model.layout, node: node, blobs: blobs, peerKey: key,
                        rewardAddress: address, logger: Logger(label: "trainer \(name)")))
            } else {
                flippers.append(
                    try trainer(
                        name, shard: options.trainers + flippers.count, key: key, tampering: .signFlip, reward: address))
            }
        }
        hostile = flippers
        self.forgers = forgers
    }

    /// Refuses options with which no trainer could be made, before anything is begun.
    static func check(_ options: UpOptions, passages: Int) throws {
        guard !options.noTrainer else { return }
        for address in options.trainerReward { _ = try Address(hex: address) }
        let shards = shardCount(options)
        guard passages >= shards else {
            throw SetupError("the training text has \(passages) passages, too few for \(shards) trainers; give more with --data")
        }
    }

    /// Trainers that train, each on a shard of the data.
    private static func shardCount(_ options: UpOptions) -> Int { options.trainers + options.badTrainers.count { $0 == .signFlip } }

    /// How the averager gathers: it waits for as many as train here. Forged files never come so far.
    static func gathering(_ options: UpOptions) -> Averager.Setting {
        var setting = Averager.Setting()
        let trained = options.badTrainers.count { $0 == .signFlip }
        setting.expectedTrainers = options.noTrainer ? 1 : options.trainers + trained
        setting.window = options.gatherSeconds
        return setting
    }

    var progress: [TrainerProgress] { (honest + hostile).map(\.progress) }

    /// Trains until cancelled, or until one of them can never train.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for trainer in honest + hostile {
                group.addTask { if case .hopeless(let error) = await trainer.run() { throw SetupError("\(error)") } }
            }
            for forger in forgers { group.addTask { await forger.run() } }
        }
    }
}
