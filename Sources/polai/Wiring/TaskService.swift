import ServiceLifecycle

/// A service that is one asynchronous function, cancelled when the group shuts down gracefully.
struct TaskService: Service {
    let name: String
    let body: @Sendable () async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.body = body
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                try await body()
            } catch {
                // Whatever stopped work throws once it is cancelled is no fault of it.
                guard Task.isCancelled else { throw error }
            }
        }
        // A function that ended by itself must not end the group.
        try? await gracefulShutdown()
    }
}

/// A service whose end is the end of the node.
struct FinalService: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                try await body()
            } catch {
                // Whatever stopped work throws once it is cancelled is no fault of it.
                guard Task.isCancelled else { throw error }
            }
        }
    }
}

/// A service that does nothing until the node stops, and then has a last word.
struct LastWord: Service {
    let body: @Sendable () async -> Void

    func run() async throws {
        // A node that falls has no time for it.
        guard (try? await gracefulShutdown()) != nil else { return }
        await body()
    }
}
