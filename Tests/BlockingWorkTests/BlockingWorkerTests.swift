import BlockingWork
import Synchronization
import Testing

@Suite struct BlockingWorkerTests {
    private struct Fault: Error, Equatable { let number: Int }

    /// How many pieces of work ran at once.
    private final class Counter: Sendable {
        private let counts = Mutex((now: 0, most: 0))
        var most: Int { counts.withLock(\.most) }
        func begin() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
        func end() { counts.withLock { $0.now -= 1 } }
    }

    @Test func valuesAndErrorsComeBack() async throws {
        let worker = BlockingWorker("test")
        #expect(try await worker.run { _ in 6 * 7 } == 42)
        await #expect(throws: Fault(number: 3)) { try await worker.run { _ in throw Fault(number: 3) } }
    }

    /// Two pieces of work never run at once.
    @Test func onePieceAtATime() async throws {
        let worker = BlockingWorker("test")
        let counter = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    try await worker.run { _ in
                        counter.begin()
                        counter.end()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(counter.most == 1)
    }

    /// The work is told when its task is cancelled, and its own error ends the wait.
    @Test func workIsToldOfCancellation() async throws {
        let worker = BlockingWorker("test")
        let (starts, start) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await worker.run { cancellation in
                start.finish()
                while !cancellation.isSet {}
                throw Fault(number: 7)
            }
        }
        for await _ in starts {}
        task.cancel()
        await #expect(throws: Fault(number: 7)) { try await task.value }
    }
}
