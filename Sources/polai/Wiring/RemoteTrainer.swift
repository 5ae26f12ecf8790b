import BlockingWork
import Foundation
import KeyValueStore
import LearningStore
import LearningTask
import LoRA
import LoRATraining
import Logging
import LossGate
import ModelFiles
import NIOPosix
import Primitives
import Trainer
import Transformer

/// A trainer in a process of its own, wired to a node's HTTP door.
struct RemoteTrainer {
    let trainer: Trainer
    /// With whom it averages, where it does.
    private let group: HivemindGroup?

    /// Trains until done or cancelled.
    func run() async -> Trainer.Ending {
        guard let group else { return await trainer.run() }
        return await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await group.run() }
            defer { tasks.cancelAll() }
            return await trainer.run()
        }
    }

    init(_ command: TrainerCommand, logger: Logger) async throws {
        let name = command.peerId.hasPrefix("0x") ? String(command.peerId.dropFirst(2)) : command.peerId
        let address = try RemoteLearningNode.address(command.node)
        // The cheap checks first: data of its own, the node, the model's identity.
        let own = try await command.text.namedPassages()
        let status = try await waiting(for: "the node at \(command.node)", logger: logger, isHopeless: Self.isHopeless) {
            try await RemoteLearningNode.status(of: address)
        }
        let root = try Hash32(hex: status.devTextsRoot)
        let texts = try own ?? command.task.texts(root: root).corpus()
        // Who trains on data of its own may be without the chain's task, and learns from the verdict what it forgets.
        let pools = try own == nil ? command.task.texts(root: root).pools() : try? command.task.texts(root: root).pools()
        let base = try BaseModel(named: command.base)
        guard base.root.hex == status.baseModelRoot else {
            throw SetupError("\(command.base) is another model than the node's, \(status.model); give that one with --base")
        }
        let context = try ComputeContext(threads: command.threads, precedence: .training)
        let model = try ProgressBar.loading((command.base as NSString).lastPathComponent) { progress in
            try TransformerModel(
                weights: base.weights, baseModelRoot: base.root, context: context, storage: command.weights.storage, progress: progress)
        }

        let documents = texts.map { base.tokenizer.encode($0) }
        let (training, held) = HeldBackPassages.split(documents, share: command.validation)
        let folder = command.checkpoint ?? "secrets_data/trainer-\(name.lowercased())"
        // Its own folders first: whatever else made them would leave them open to everybody.
        if command.checkpoint == nil { try Databases.make("secrets_data", in: ".") }
        try OwnersFile.ensureFolder(folder)
        try Databases.make("secrets_data", in: folder)
        let layout = LoRALayout(model: try base.configuration)
        var setting = Trainer.Setting(
            stepsPerRound: command.stepsPerRound, rewardAddress: try Address(hex: command.rewardAddress), baseModelRoot: base.root,
            layout: layout, name: name.lowercased())
        setting.configuration = command.trainingConfiguration
        setting.totalSteps = command.steps
        setting.patience = command.patience == 0 ? nil : command.patience
        setting.start = try command.startFrom.map { try LoRAAdapter(startingAt: $0, layout: layout, baseModelRoot: base.root) }
        let key = try PeerKeyFile.key(datadir: folder)
        group = try command.averaging.setting.map {
            HivemindGroup($0, key: key, group: MultiThreadedEventLoopGroup.singleton, logger: Logger(label: "hivemind"))
        }
        trainer = try Trainer(
            setting: setting, backend: CPUTrainingBackend(model: model, context: context),
            data: TrainingData(documents: training, separator: base.tokenizer.endToken ?? 0),
            general: GeneralTexts(pools, base.tokenizer),
            node: RemoteLearningNode(node: address, layout: layout), peers: group, pause: 2,
            store: LearningStore(try KeyValueStore(directory: "\(folder)/state", tables: LearningStore.tables)),
            peerKey: key, log: try command.log.map { try TrainingLog(path: $0) },
            validation: try Self.validation(held, model: model, context: context), logger: logger)
        let done = await trainer.stepsDone
        logger.info(
            "Training against \(command.node)",
            metadata: [
                "peer_id": "\(name)", "passages": "\(training.count)", "held_back": "\(held.count)", "model": "\(status.model)",
                "steps_done": "\(done)",
            ])
    }

    /// Whether what answers is no node at all.
    private static func isHopeless(_ error: any Error) -> Bool {
        if case .notANode? = error as? RemoteLearningNodeError { true } else { false }
    }

    private static func validation(
        _ held: [[Int32]], model: TransformerModel, context: ComputeContext
    ) throws -> (@Sendable (LoRAAdapter) throws -> Float)? {
        let longest = min(512, model.configuration.contextLength)
        let texts = held.map { Array($0.prefix(longest)) }.filter { $0.count >= 2 }.prefix(128)
        guard !texts.isEmpty else { return nil }
        let gate = try CPULossBackend(model: model, texts: Array(texts), context: context)
        return { adapter in try gate.evaluate(adapter).loss }
    }
}
