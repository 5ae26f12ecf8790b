public import BeaconTypes
import JSON
import Logging
import Primitives
import SSZ
public import ServiceInterfaces

/// A beacon node asks its validator clients for votes on updates; whoever judges updates in another process asks through it,
/// with the token of the node's own roles.
extension RemoteBeaconNode: AckSigner {
    /// Seconds that a vote may take: the node waits six for its validator client.
    private static let voteTime: Double = 15

    public func signers(among members: [ValidatorIndex]) async -> [ValidatorIndex] {
        guard !members.isEmpty else { return [] }
        do {
            try requireLearning()
            let request = RESTRequest.post("/polai/v1/validator/ack_signers", .array(members.map { .string(String($0)) }))
            let answer = try await patiently { try await fetch(request) }
            let known = Set(members)
            return try answer.data.list().map { fields throws(RemoteBeaconNodeError) in
                guard let index = AnswerFields.number(fields.value), known.contains(index) else {
                    throw fields.malformed("a signer is none of those that were asked about")
                }
                return index
            }
        } catch {
            logger.warning("the beacon node does not tell who votes: \(error)")
            return []
        }
    }

    public nonisolated func sign(_ statement: AckStatement, validator: ValidatorIndex) async throws -> SignedUpdateAck {
        try requireLearning()
        var request = RESTRequest.post(
            "/polai/v1/validator/ack_votes",
            .object([.init("validator_index", .string(String(validator)))] + statement.members(spec)))
        request.isRepeatable = false
        var single = client
        (single.timeout, single.tries) = (Self.voteTime, 1)
        let (client, question) = (single, request)
        // A vote that was under way when the node stopped is asked for again: the same message has the same signature.
        let value = try await patiently { try await client.send(question) }
        return try AnswerFields(path: request.path, value: value).data.container(SignedUpdateAck.self, spec)
    }
}
