import ContentRouting
import LearningStore
import PeerIdentity
import ServiceInterfaces
import ServiceLifecycle
import Trainer

/// The trainers of a node, which begin once the weights are packed.
struct TrainerRole: NodeRole {
    static let name = "trainers"

    private let loading: ModelLoading
    private let progress: ProgressSource
    private let make: @Sendable (PackedModel) throws -> LocalTrainers

    /// - Parameters:
    ///   - progress: is told what the trainers do.
    ///   - make: the trainers on packed weights.
    init(loading: ModelLoading, progress: ProgressSource, make: @escaping @Sendable (PackedModel) throws -> LocalTrainers) {
        self.loading = loading
        self.progress = progress
        self.make = make
    }

    func workers() -> [any Service] {
        [
            TaskService(Self.name) {
                let trainers = try make(try await loading.model())
                progress.set { trainers.progress }
                try await trainers.run()
            }
        ]
    }
}
