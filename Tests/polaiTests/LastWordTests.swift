import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import polai

@Suite("The last word of a node that stops", .timeLimit(.minutes(1)))
struct LastWordTests {
    @Test("It is said after nobody is met any more and before the connections close")
    func order() async throws {
        let told = Mutex<[String]>([])
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        func service(_ name: String) -> TaskService {
            TaskService(name) {
                begin.yield()
                defer { told.withLock { $0.append("\(name) over") } }
                try await Task.sleep(for: .seconds(600))
            }
        }
        let services: [any Service] = [
            service("connections"), LastWord { told.withLock { $0.append("goodbye") } }, service("introductions"),
        ]
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let group = ServiceGroup(configuration: .init(services: services.map { .init(service: $0) }, logger: quiet))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var left = 2
            for await _ in begun {
                left -= 1
                if left == 0 { break }
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(told.withLock { $0 } == ["introductions over", "goodbye", "connections over"])
    }
}
