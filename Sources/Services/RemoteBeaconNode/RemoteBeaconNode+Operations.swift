public import BeaconTypes
import HTTPReader
import JSON
import Primitives
import SSZ
public import ServiceInterfaces

extension RemoteBeaconNode: EvidenceTaking {
    public func submit(_ slashing: AttesterSlashing) async throws {
        _ = try await fetch(.post("/eth/v2/beacon/pool/attester_slashings", slashing.json(spec), version: spec.fork.rawValue))
    }

    public func submit(_ slashing: ProposerSlashing) async throws {
        _ = try await fetch(.post("/eth/v1/beacon/pool/proposer_slashings", slashing.json(spec)))
    }

    public func submit(_ slashing: AckQuorumSlashing) async throws {
        try requireLearning()
        _ = try await fetch(.post("/polai/v1/pool/ack_quorum_slashings", slashing.json(spec)))
    }

    public func submit(_ contradiction: AckContradiction) async throws {
        try requireLearning()
        _ = try await fetch(.post("/polai/v1/pool/ack_contradictions", contradiction.json(spec)))
    }
}

extension RemoteBeaconNode: OperationEventSource {
    /// The votes that the node takes: what a slasher watches. Other operations are not asked for.
    public func operationEvents() -> AsyncStream<OperationEvent> {
        let node = self
        let (stream, continuation) = AsyncStream.makeStream(of: OperationEvent.self, bufferingPolicy: .bufferingNewest(8192))
        let task = Task {
            await node.followEvents(["single_attestation"]) {
            } tell: { event in
                let fields = AnswerFields(path: "/eth/v1/events", value: try JSONValue(parsing: event.data))
                continuation.yield(.singleAttestation(try fields.container(SingleAttestation.self, node.spec)))
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }
}
