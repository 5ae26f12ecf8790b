import BlockingWork
import ChainStore
import Primitives
import Synchronization
import Transactions

/// The pool on disk, so that a restart finds it again.
///
/// Changes are noted in the order in which the pool made them, and written later by whoever waits for them: many that come
/// at once share one write. A write that fails is tried again with the next.
final class PoolJournal: Sendable {
    private enum Change {
        case put(RecoveredTransaction)
        case remove(Hash32)
    }

    private let store: ExecutionStore
    private let changes = Mutex<[Change]>([])
    /// Held while changes are taken and written, so that they reach the disk in their order.
    private let turn = Mutex(())
    private let worker = BlockingWorker("polai.pool-journal")

    init(store: ExecutionStore) { self.store = store }

    func note(added: [RecoveredTransaction], removed: [Hash32]) {
        guard !added.isEmpty || !removed.isEmpty else { return }
        changes.withLock { $0 += added.map(Change.put) + removed.map(Change.remove) }
    }

    /// Returns when all that was noted before is on disk.
    func flush() async throws { try await worker.run { [self] _ in try write() } }

    /// The same, at once.
    func write() throws {
        try turn.withLock { _ in
            let taken = changes.withLock { changes in
                defer { changes = [] }
                return changes
            }
            guard !taken.isEmpty else { return }
            do { try write(taken) } catch {
                changes.withLock { $0 = taken + $0 }
                throw error
            }
        }
    }

    private func write(_ taken: [Change]) throws {
        try store.write { batch in
            for change in taken {
                switch change {
                case .put(let transaction): batch.putPooled(transaction.hash, transaction.encoded)
                case .remove(let hash): batch.removePooled(hash.bytes)
                }
            }
        }
    }
}
