import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives
import SSZ
import ServiceInterfaces

extension BeaconDoor {
    /// `/polai/v1/updates/{id}`: what became of an update, named by its id or by one of its files, and its certificate once a
    /// block holds it.
    func addUpdateRoute(to routes: RouteTable) {
        guard let learning, spec.fork == .pol else { return }
        routes.get("/polai/v1/updates/:id") { _, context in
            let text = context.parameters.get("id") ?? ""
            guard text.hasPrefix("0x"), let id = try? Hash32(hex: text) else {
                throw DoorError.badRequest("Invalid update ID: \(text)", hint: "0x and 64 hexadecimal digits")
            }
            guard let summary = await learning.update(id) else { throw DoorError.notFound("Update not found: \(text)") }
            let block = try await summary.blockRoot.flatMap { try? Root(hex: $0) }.asyncFlatMap { try await chain.block(.root($0)) }
            return Response.chainData(
                [
                    "update": try JSONValue(encoding: summary),
                    "certificate": block.map { $0.block.message.body.ackCertificate.json(spec) } ?? .null,
                ], block?.marks ?? AnswerMarks(isOptimistic: false, isFinalized: false))
        }
    }
}

extension Optional {
    fileprivate func asyncFlatMap<Result>(_ transform: (Wrapped) async throws -> Result?) async rethrows -> Result? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
