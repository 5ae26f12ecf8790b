public import BeaconTypes

/// Tells of candidates that are worth judging, and is told what came of it.
public protocol CandidateFeed: Sendable {
    /// Candidates whose authors stand by them, each once, from now on: the author's own vote is there, so nobody can make a
    /// node run its gate in another's name.
    func backedCandidates() async -> AsyncStream<UpdateCandidate>
    /// Tells what this node's gate found of a candidate: only now can it be seen whose votes know the losses.
    func judged(_ statement: AckStatement) async
}
