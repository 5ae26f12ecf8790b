import AIEngine
import AIEngineAPI
import ContentRouting
import Dashboard
import HTTPDoor
import KeyValueStore
import LearningStore
import Logging
import Primitives
import ServiceInterfaces
import ServiceLifecycle

/// The loss gate, the adapters, and what is known of updates.
struct AIEngineRole: NodeRole {
    static let name = "ai"

    /// What the engine asks of a beacon node.
    typealias Chain = BeaconChainReader & BeaconNodeClient

    let engine: AIEngine
    let store: LearningStore
    let progress = ProgressSource()

    /// - Parameters:
    ///   - loading: gives the gate once the weights are packed.
    ///   - store: opened with `LearningStore.tables`.
    init(
        model: ModelSetup, loading: ModelLoading, devTextsRoot: Hash32, store: KeyValueStore, node: any Chain,
        routing: any LearningRouting, files: (any BlobRetention)?
    ) throws {
        self.store = LearningStore(store)
        engine = try AIEngine(
            setting: AIEngine.Setting(
                modelName: model.name, baseModelRoot: model.root, devTextsRoot: devTextsRoot, parameterCount: model.parameterCount,
                layout: model.layout),
            gate: { try await loading.model().gate }, store: self.store, node: node, routing: routing, files: files,
            trainers: { [progress] in progress.current }, logger: Logger(label: Self.name))
    }

    var metrics: [any MetricsSource] { [engine] }
    func workers() -> [any Service] { [TaskService(Self.name) { try await engine.run() }] }
    func door(observer: any NodeObserver) -> any Door { DashboardDoor(learning: engine, observer: observer, gateway: engine) }
}
