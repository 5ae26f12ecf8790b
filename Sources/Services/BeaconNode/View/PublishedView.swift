import Synchronization

/// The latest view. The importer replaces it, anybody reads it, and the lock is held for one assignment.
final class PublishedView: Sendable {
    private let view: Mutex<ChainView>

    init(_ view: ChainView) {
        self.view = Mutex(view)
    }

    var current: ChainView { view.withLock { $0 } }

    func publish(_ next: ChainView) { view.withLock { $0 = next } }
}
