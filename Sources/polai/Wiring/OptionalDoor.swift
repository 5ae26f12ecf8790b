import HTTPDoor
import Logging
import ServiceLifecycle

/// A door that a node can do without: where its port is taken, that is told and the node goes on.
struct OptionalDoor: Service {
    let server: any Service
    let logger: Logger

    func run() async throws {
        do {
            try await server.run()
        } catch let error as ListenError {
            logger.notice("\(error); this node does without")
            // A service that ends would end the node.
            try? await gracefulShutdown()
        }
    }
}
