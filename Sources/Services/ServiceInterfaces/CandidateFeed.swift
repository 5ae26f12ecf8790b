public import BeaconTypes

/// Tells of candidates that are worth judging, and is told what came of it.
public protocol CandidateFeed: Sendable {
    /// Candidates whose authors stand by them, each once, from now on: the author's own word is there, so nobody can make a
    /// node run its gate in another's name.
    func backedCandidates() async -> AsyncStream<UpdateCandidate>
    /// Tells what this node's gate found of a candidate: only now can it be seen whose votes know the losses.
    /// A feed that was started anew meanwhile learns of the candidate with it.
    func judged(_ statement: AckStatement, of candidate: UpdateCandidate) async
}
