import HTTPDoor
import HTTPTypes
import Hummingbird
import JSON
import Primitives
import ServiceInterfaces

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
            do {
                return try await handler(request, context)
            } catch let refusal as any Refusal {
                throw DoorError(BeaconDoor.status(of: refusal), refusing: refusal)
            }
        }
    }
}

extension BeaconDoor {
    /// The status of a refusal: 503 while the node cannot tell, as the beacon API has it for a node that syncs.
    static func status(of refusal: any Refusal) -> HTTPResponse.Status {
        switch (refusal.rule, refusal.fault) {
        case (BeaconRule.optimisticHead, _), (BeaconRule.syncing, _), (BeaconRule.executionUnavailable, _): .serviceUnavailable
        case (_, .node): .internalServerError
        case (_, .sender), (_, .circumstance): .badRequest
        }
    }
}
