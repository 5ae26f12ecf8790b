public import BeaconTypes
import JSON
import Primitives
import SSZ
public import ServiceInterfaces

extension RemoteBeaconNode: AckRequestService {
    /// Validators named in one message.
    private static let validatorsPerRequest = 2048
    /// Seconds that the node may take to answer beyond the time it was told to wait.
    private static let answerTime: Double = 5

    public func subscribe(_ validators: [ValidatorIndex]) async throws {
        try requireLearning()
        var failures: [SubmissionRefused.Failure] = []
        for start in stride(from: 0, to: validators.count, by: Self.validatorsPerRequest) {
            let part = validators[start..<min(start + Self.validatorsPerRequest, validators.count)]
            do {
                _ = try await fetch(.post("/polai/v1/validator/ack_subscriptions", .array(part.map { .string(String($0)) })))
            } catch let refused as SubmissionRefused {
                failures += refused.failures.map { $0.moved(by: start) }
            }
        }
        if !failures.isEmpty { throw SubmissionRefused(failures) }
    }

    public nonisolated func requests(after id: UInt64, patience: Duration) async throws -> [AckRequest] {
        try requireLearning()
        let seconds = min(10, max(0, patience.components.seconds))
        let request = RESTRequest.get("/polai/v1/validator/ack_requests", [("after", String(id)), ("wait", String(seconds))])
        // The caller asks again anyhow.
        var client = client
        client.timeout = Double(seconds) + Self.answerTime
        client.tries = 1
        return try await AnswerFields(path: request.path, value: client.send(request)).data.list()
            .map { fields throws(RemoteBeaconNodeError) in
                let (id, validator) = (try fields.number("id"), try fields.number("validator_index"))
                do {
                    return AckRequest(id: id, validator: validator, statement: try AckStatement(membersOf: fields.value, spec))
                } catch {
                    throw fields.malformed("\(error)")
                }
            }
    }

    public func submit(_ votes: [SignedUpdateAck]) async throws {
        try requireLearning()
        _ = try await fetch(.post("/polai/v1/pool/update_acks", .array(votes.map { $0.json(spec) })))
    }
}
