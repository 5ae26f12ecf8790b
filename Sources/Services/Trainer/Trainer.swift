import BlockingWork
public import LearningStore
public import LearningTask
public import LoRA
public import LoRATraining
public import Logging
public import PeerIdentity
public import Primitives
public import ServiceInterfaces
import UpdateCodec

/// Trains the shared adapter in rounds: takes the head adapter, trains, publishes an update, waits for the
/// verdict, goes on. What an update could not carry is kept and added to the next one (error feedback).
public actor Trainer {
    /// What a trainer is told at its start.
    public struct Setting: Sendable {
        public var stepsPerRound: Int
        public var rewardAddress: Address
        public var baseModelRoot: Hash32
        public var layout: LoRALayout
        /// A name under which its state is kept; trainers of one node have different ones.
        public var name: String
        /// Hyperparameters of its rounds.
        public var configuration = TrainingConfiguration.standard
        /// What a hostile trainer of a development chain does to its change before it publishes it.
        public var tampering = Tampering.none
        /// Steps after which it stops, counted over all rounds and starts; `nil` trains on and on.
        public var totalSteps: Int?
        /// Refusals in a row after which it stops; `nil` never gives up.
        public var patience: Int?
        /// An adapter whose change from the head is the first update, before anything is trained.
        public var start: LoRAAdapter?
        /// How often to say for what verdict it waits.
        public var reminderInterval: Duration = .seconds(30)
        /// How long to wait for a verdict at most: a gate may take long with a large model.
        public var verdictLimit: Duration = .seconds(3600)
        /// How long each before it in a group has to bring the group's update in before this trainer sends it too: a gate's time, a
        /// certificate's, and a block's.
        public var turnLength: Duration = .seconds(90)

        public init(stepsPerRound: Int, rewardAddress: Address, baseModelRoot: Hash32, layout: LoRALayout, name: String) {
            self.stepsPerRound = stepsPerRound
            self.rewardAddress = rewardAddress
            self.baseModelRoot = baseModelRoot
            self.layout = layout
            self.name = name
        }
    }

    let setting: Setting
    let backend: any TrainingBackend
    /// What it trains on, and the windows on which it tries an update before it sends it.
    let split: ValidationSplit
    /// What it must not make worse; `nil` on a chain that does not ask.
    let general: GeneralTexts?
    let node: any LearningNodeClient
    /// With whom it averages before it encodes; `nil` for a trainer that is alone.
    let peers: (any AveragingPeers)?
    let lock: TrainingLock
    /// Seconds to wait after a failed round.
    let pause: Double
    let store: LearningStore
    let peerKey: PeerKeyPair
    let logger: Logger
    let log: TrainingLog?
    /// The loss of an adapter on text that is not trained on; blocks, so it runs on the trainer's thread.
    let validation: (@Sendable (LoRAAdapter) throws -> Float)?
    let worker = BlockingWorker("polai.trainer")
    let live = LiveProgress()
    var state: TrainerState
    var start: TrainerStart
    /// What its update waits for.
    var waitsFor = Trainer.unknown

    /// - Parameters:
    ///   - general: sentences of the chain's general pool, on which updates are tried before they are sent.
    ///   - peers: with whom it averages what it trained before it encodes it.
    ///   - lock: shared by the trainers that share threads.
    ///   - pause: seconds to wait after a round that failed; a slot, as a rule.
    ///   - log: where steps and rounds are written.
    ///   - validation: the loss of an adapter on text that is not trained on, measured after every round.
    public init(
        setting: Setting, backend: any TrainingBackend, data: TrainingData, general: GeneralTexts? = nil, node: any LearningNodeClient,
        peers: (any AveragingPeers)? = nil, lock: TrainingLock = TrainingLock(), pause: Double, store: LearningStore, peerKey: PeerKeyPair,
        log: TrainingLog? = nil, validation: (@Sendable (LoRAAdapter) throws -> Float)? = nil, logger: Logger
    ) throws {
        self.setting = setting
        self.backend = backend
        split = ValidationSplit(data)
        self.general = general
        self.node = node
        self.peers = peers
        self.lock = lock
        self.pause = pause
        self.store = store
        self.peerKey = peerKey
        self.log = log
        self.validation = validation
        self.logger = logger
        live.set { $0.name = setting.name }
        state = try TrainerState(bytes: store.trainerState(setting.name), layout: setting.layout)
        start = TrainerStart(bytes: try store.trainerStart(setting.name))
    }

    /// What this trainer is doing now.
    public nonisolated var progress: TrainerProgress { live.value }

    /// Why a trainer stopped.
    public enum Ending: Sendable, Equatable {
        case cancelled
        /// All steps are done.
        case finished
        /// As many updates were refused in a row as its patience allows.
        case refused(Int, lastReason: String)
        /// It can never train, whatever it waits for.
        case hopeless(TrainingError)
    }

    /// Steps done in whole rounds, over all starts of the program.
    public var stepsDone: Int { Int(clamping: state.round - min(start.rounds, state.round)) * setting.stepsPerRound }

    /// Trains round after round until cancelled, done or out of patience. A failed round is logged and tried again after
    /// a pause; since a round follows from parent, seed and data alone, a round that was cut short is run again to the
    /// same bits.
    @discardableResult
    public func run() async -> Ending {
        defer { live.set { $0.phase = "off" } }
        var refusals = 0
        while !Task.isCancelled {
            if let total = setting.totalSteps, stepsDone >= total { return .finished }
            do {
                switch try await round() {
                case .accepted, .superseded: refusals = 0
                case .refused(_, let reason):
                    refusals += 1
                    if let patience = setting.patience, refusals >= patience { return .refused(refusals, lastReason: reason) }
                }
            } catch is CancellationError {
                break
            } catch let error as TrainingError where error.isPermanent {
                return .hopeless(error)
            } catch {
                if Task.isCancelled { break }
                logger.warning("round \(state.round) failed: \(error)")
                live.set { $0.phase = "idle" }
                try? await Task.sleep(for: .seconds(pause))
            }
        }
        return .cancelled
    }
}

extension TrainingError {
    /// Whether every later round would end in the same way: the data and the settings do not change.
    fileprivate var isPermanent: Bool {
        switch self {
        case .dataTooShort, .configuration: true
        case .transformer, .diverged, .cancelled: false
        }
    }
}
