import BeaconTypes
import HTTPDoor
import HTTPTypes
import Hummingbird
import JSON
import Primitives
import SSZ
import ServiceInterfaces

extension BeaconDoor {
    /// Seconds that a caller may wait for a request.
    private static let longestWait: UInt64 = 10
    /// Votes in one message at most.
    private static let voteLimit: UInt64 = 2048

    /// ACK votes of validators whose keys another process holds: it names them, fetches what they are asked to sign, and
    /// brings their votes.
    func addAckRequestRoutes(_ ackRequests: any AckRequestService, to routes: RouteTable) {
        guard spec.fork == .pol else { return }
        routes.post("/polai/v1/validator/ack_subscriptions", offers: nil) { request, _ in
            // It needs no signature: a page that the operator happens to visit must not send it.
            guard request.headers[.origin] == nil else { throw DoorError(.forbidden, "Web pages may not name validators") }
            let validators = try await request.indices()
            return try await Response.submitting(isBatch: true) { try await ackRequests.subscribe(validators) }
        }
        routes.get("/polai/v1/validator/ack_requests") { request, _ in
            let after = try request.queryNumber("after") ?? 0
            let wait = try request.queryNumber("wait") ?? 0
            guard wait <= Self.longestWait else {
                throw DoorError.badRequest("Invalid wait: \(wait)", hint: "at most \(Self.longestWait) seconds")
            }
            do {
                let requests = try await ackRequests.requests(after: after, patience: .seconds(Int64(wait)))
                return Response.data(.array(requests.map(json)))
            } catch let refused as SubmissionRefused {
                throw DoorError(.serviceUnavailable, refusing: refused)
            }
        }
        routes.post("/polai/v1/pool/update_acks", offers: nil) { request, _ in
            let votes = try await request.values(SignedUpdateAck.self, spec, most: Self.voteLimit, upTo: BodyLimit.single)
            return try await Response.submitting(isBatch: true) { try await ackRequests.submit(votes) }
        }
    }

    @Sendable private func json(_ request: AckRequest) -> JSONValue {
        .object(
            [.init("id", .string(String(request.id))), .init("validator_index", .string(String(request.validator)))]
                + request.statement.members(spec))
    }
}
