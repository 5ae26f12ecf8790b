public import BeaconTypes
public import ContentRouting
import SSZ

extension Topic {
    /// Candidates, as SSZ.
    public static let updateCandidate = Topic("update_candidate")
    /// Signed ACK votes, as SSZ.
    public static let updateAck = Topic("update_ack")
}

/// What members tell each other of updates: candidates and votes as SSZ on byte topics.
extension MessageTopics {
    public func announce(_ candidate: UpdateCandidate, spec: BeaconSpec) async throws {
        try await publish(candidate.serialize(spec), on: .updateCandidate)
    }

    /// The candidates announced from now on; what is none is rejected.
    public func candidates(spec: BeaconSpec) async -> TopicStream<UpdateCandidate> {
        await subscribe(.updateCandidate) { try? UpdateCandidate(deserializing: $0, spec) }
    }

    public func announce(_ vote: SignedUpdateAck, spec: BeaconSpec) async throws {
        try await publish(vote.serialize(spec), on: .updateAck)
    }

    /// The votes announced from now on, their signatures not verified; what is none is rejected.
    public func votes(spec: BeaconSpec) async -> TopicStream<SignedUpdateAck> {
        await subscribe(.updateAck) { try? SignedUpdateAck(deserializing: $0, spec) }
    }
}
