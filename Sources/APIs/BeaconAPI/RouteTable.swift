import HTTPDoor
import HTTPTypes
import Hummingbird
import JSON

/// The routes of the door as they are added: it remembers the methods of each path, so that the others can be refused with
/// 405, and checks that the caller accepts what a route answers.
final class RouteTable {
    typealias Handler = @Sendable (Request, DoorContext) async throws -> Response

    private let router: DoorRouter
    private var methods: [(path: String, methods: [HTTPRequest.Method])] = []

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
        if let index = methods.firstIndex(where: { $0.path == path }) {
            methods[index].methods.append(method)
        } else {
            methods.append((path, [method]))
        }
    }

    /// Answers 405 to every other method of a known path. Call it last.
    func refuseOtherMethods() {
        for (path, known) in methods {
            let allowed = known.map(\.rawValue).joined(separator: ", ")
            for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] where !known.contains(method) {
                router.on(RouterPath(path), method: method) { request, _ in
                    var response = Response.json(
                        ["code": 405, "message": .string("\(method.rawValue) is not allowed for \(request.uri.path); use \(allowed)")],
                        status: .methodNotAllowed)
                    response.headers[.allow] = allowed
                    return response
                }
            }
        }
    }
}
