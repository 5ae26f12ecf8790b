public import ContentRouting
import Dispatch
public import LearningStore
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
    let node: any BeaconNodeClient
    let adapters: any AdapterSource
    let journal: any UpdateJournal
    let routing: any LearningRouting
    let store: LearningStore
    let peerKey: PeerKeyPair
    let logger: Logger
    let queue = DispatchQueue(label: "polai.trainer")
    let live = LiveProgress()
    var state: TrainerState

    public init(
        setting: Setting, backend: any TrainingBackend, data: TrainingData, node: any BeaconNodeClient,
        adapters: any AdapterSource, journal: any UpdateJournal, routing: any LearningRouting, store: LearningStore,
        peerKey: PeerKeyPair, logger: Logger
    ) throws {
        self.setting = setting
        self.backend = backend
        split = ValidationSplit(data)
        self.node = node
        self.adapters = adapters
        self.journal = journal
        self.routing = routing
        self.store = store
        self.peerKey = peerKey
        self.logger = logger
        state = try TrainerState(bytes: store.trainerState(setting.name), layout: setting.layout)
    }

    /// What this trainer is doing now.
    public nonisolated var progress: TrainerProgress { live.value }

    /// Trains round after round until cancelled. A failed round is logged and tried again after a slot.
    public func run() async {
        while !Task.isCancelled {
            do {
                try await round()
            } catch is CancellationError {
                break
            } catch {
                if Task.isCancelled { break }
                logger.warning("round \(state.round) failed: \(error)")
                live.set { $0.phase = "idle" }
                try? await Task.sleep(for: .seconds(node.clock.secondsPerSlot))
            }
        }
        live.set { $0.phase = "off" }
    }
}
