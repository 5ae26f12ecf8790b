public import BeaconTypes

/// Tells of candidates that are worth judging.
public protocol CandidateFeed: Sendable {
    /// Candidates whose authors stand by them, each once, from now on: the author's own vote is there, so nobody can make a
    /// node run its gate in another's name.
    func backedCandidates() async -> AsyncStream<UpdateCandidate>
}
