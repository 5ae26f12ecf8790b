import HTTPDoor
import HTTPTypes
import Hummingbird
import JSON

/// The routes of the door as they are added: it checks that the caller accepts what a route answers.
final class RouteTable {
    typealias Handler = @Sendable (Request, DoorContext) async throws -> Response

    private let router: DoorRouter

    init(_ router: DoorRouter) {
        self.router = router
    }

    /// Adds a route whose answer is JSON, unless `offers` says otherwise; `nil` for one that negotiates by itself.
    func get(_ path: String, offers: [String]? = [MediaTypes.json], use handler: @escaping Handler) {
        add(path, .get, offers, handler)
    }

    func post(_ path: String, offers: [String]? = [MediaTypes.json], use handler: @escaping Handler) {
        add(path, .post, offers, handler)
    }

    private func add(_ path: String, _ method: HTTPRequest.Method, _ offers: [String]?, _ handler: @escaping Handler) {
        router.on(RouterPath(path), method: method) { request, context in
            if let offers { _ = try request.negotiate(offers) }
            return try await handler(request, context)
        }
    }
}
