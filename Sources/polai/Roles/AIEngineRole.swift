import AIEngine
import AIEngineAPI
import BeaconTypes
import ContentRouting
import Dashboard
import HTTPDoor
import KeyValueStore
import LearningStore
import Logging
import Primitives
import ServiceInterfaces
import ServiceLifecycle
import UpdateLedger

/// The loss gate, the adapters, and what is known of updates.
struct AIEngineRole: NodeRole {
    static let name = "ai"

    let engine: AIEngine
    let store: LearningStore
    /// The one owner of what is known of updates.
    let ledger: UpdateLedger
    let progress = ProgressSource()

    /// - Parameters:
    ///   - loading: gives the gate once the weights are packed.
    ///   - adapterHistory: accepted adapters that are held whole.
    ///   - store: opened with `LearningStore.tables`.
    init(
        model: ModelSetup, loading: ModelLoading, devTextsRoot: Hash32, store: KeyValueStore, node: any LearningChain,
        routing: any LearningRouting, files: (any BlobRetention)?, adapterHistory: Int
    ) throws {
        self.store = LearningStore(store)
        ledger = UpdateLedger(store: self.store, logger: Logger(label: Self.name))
        var setting = AIEngine.Setting(
            modelName: model.name, baseModelRoot: model.root, devTextsRoot: devTextsRoot, parameterCount: model.parameterCount,
            layout: model.layout)
        setting.adapterHistory = adapterHistory
        setting.slices = model.slices
        engine = try AIEngine(
            setting: setting,
            gate: { try await loading.model().gate }, quietGate: { try await loading.model().quietGate }, store: self.store, ledger: ledger,
            node: node,
            routing: routing, files: files,
            trainers: { [progress] in progress.current }, logger: Logger(label: Self.name))
    }

    var metrics: [any MetricsSource] { [engine] }
    func workers() -> [any Service] { [TaskService(Self.name) { try await engine.run() }] }

    /// - Parameter averager: lets an averager in another process in, which holds the node's secret.
    func door(observer: any NodeObserver, averager: (check: BearerCheck, spec: BeaconSpec)? = nil) -> any Door {
        DashboardDoor(
            learning: engine, observer: observer, gateway: engine,
            averager: averager.map { .init(engine: engine, updates: ledger, spec: $0.spec, check: $0.check) })
    }
}
