import Dispatch
import Foundation
import Synchronization

/// The packed model of a running node, packed on a thread of its own while the chain goes on.
///
/// Whoever needs it waits; waiting ends with the task that waits.
final class ModelLoading: Sendable {
    private enum State {
        case loading([UUID: CheckedContinuation<PackedModel, any Error>])
        case done(Result<PackedModel, any Error>)
    }

    private let state = Mutex(State.loading([:]))

    /// Begins to pack.
    init(_ setup: ModelSetup) {
        // Made here: threads that a queue of low priority makes can get no higher one later.
        let threads = Result { try LearningThreads(setup.threads) }
        DispatchQueue(label: "polai.model-loading", qos: .utility).async { self.finish(Result { try setup.pack(threads.get()) }) }
    }

    /// The model, once it is packed.
    ///
    /// - Throws: why it cannot be packed, or `CancellationError`.
    func model() async throws -> PackedModel {
        let id = UUID()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let known: Result<PackedModel, any Error>? = state.withLock { state in
                    switch state {
                    case .done(let result): return result
                    case .loading where Task.isCancelled: return .failure(CancellationError())
                    case .loading(var waiters):
                        waiters[id] = continuation
                        state = .loading(waiters)
                        return nil
                    }
                }
                if let known { continuation.resume(with: known) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<PackedModel, any Error>? in
                guard case .loading(var waiters) = state else { return nil }
                let waiter = waiters.removeValue(forKey: id)
                state = .loading(waiters)
                return waiter
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    private func finish(_ result: Result<PackedModel, any Error>) {
        let waiters = state.withLock { state -> [CheckedContinuation<PackedModel, any Error>] in
            guard case .loading(let waiters) = state else { return [] }
            state = .done(result)
            return Array(waiters.values)
        }
        for waiter in waiters { waiter.resume(with: result) }
    }
}
