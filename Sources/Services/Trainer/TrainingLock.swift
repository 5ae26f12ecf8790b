/// Lets one of several trainers work at a time, in the order in which they asked: they share one set of weights and
/// one set of threads, and two rounds at once would only take twice as long each.
public actor TrainingLock {
    private var isTaken = false
    private var waiting: [(id: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
    private var nextID: UInt64 = 0
    /// How many stand in line.
    var waitingCount: Int { waiting.count }

    public init() {}

    /// Waits until it is free; every success is to be followed by ``release()``.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func acquire() async throws {
        try Task.checkCancellation()
        guard isTaken else {
            isTaken = true
            return
        }
        let id = nextID
        nextID += 1
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    waiting.append((id, continuation))
                }
            }
        } onCancel: {
            Task { await self.leave(id) }
        }
    }

    /// The next in line has it.
    public func release() {
        if waiting.isEmpty {
            isTaken = false
        } else {
            waiting.removeFirst().continuation.resume()
        }
    }

    private func leave(_ id: UInt64) {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: index).continuation.resume(throwing: CancellationError())
    }
}
