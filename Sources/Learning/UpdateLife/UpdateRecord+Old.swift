public import Primitives

extension UpdateRecord {
    /// The record that an entry of the first form of the journal tells, which kept a status instead of what led to it.
    public init(
        old id: Hash32, inputs: [Hash32], considered: [ConsideredFile]?, file: FileFacts?, slot: UInt64?, parent: Hash32?,
        judgement: Judgement?, votes: Int, seats: VoteSeats?, inclusion: Inclusion?, status: OldStatus
    ) {
        self.init(id: id)
        self.inputs = inputs
        self.considered = considered
        self.file = file
        self.slot = slot
        self.parent = parent
        self.judgement = judgement
        self.votes = votes
        self.seats = seats
        self.inclusion = inclusion
        switch status {
        case .pending(let reason): contested = reason
        case .refused(let reason): refusal = reason
        case .outvoted: isOutvoted = true
        case .certified, .included: isCertified = true
        case .finalised: (isCertified, isFinalised) = (true, true)
        case .expired(let reason): timedOut = reason
        }
        isFetched = (file?.bytes ?? 0) > 0
    }

    /// A status of that form.
    public enum OldStatus: Sendable {
        case pending(String?)
        case refused(RefusedUpdate)
        case outvoted
        case certified
        case included
        case finalised
        case expired(String)
    }
}
