public import Primitives

/// What happens to an update. Three parties tell: whoever judges here, whoever counts the votes, and the chain. What one of
/// them says stands beside what the others say; no event undoes another party's.
public enum UpdateEvent: Sendable, Hashable, Codable {
    // Whoever judges here.

    /// A file was announced or sent; it may not be here yet.
    case announced(FileFacts)
    /// The file was read and passed the checks that need no other file.
    case fetched(FileFacts)
    /// It was refused by a rule.
    case refused(RefusedUpdate)
    /// It came too late for its adapter.
    case overtaken(String)
    /// It is judged anew: what was said against it before is void.
    case readmitted
    /// The gate ended and its result is put to the vote.
    case judged(Judgement)
    /// This node's validators voted INVALID, for this reason.
    case contested(String)

    // Whoever counts the votes.

    /// A candidate's author stands by it.
    case proposed(CandidateFacts, VoteSeats)
    /// So many VALID votes count.
    case voted(Int)
    /// They suffice.
    case certified(votes: Int, VoteSeats)
    /// Two thirds of the committee found it INVALID.
    case outvoted
    /// Not enough votes in time.
    case timedOut(String)
    /// The certificate is gone before a block took it. One that a block holds all the same counts again.
    case certificateLost(String)

    // The chain.

    /// A block of any branch names it.
    case named(CandidateFacts)
    /// A block of the canonical chain holds it.
    case included(Inclusion)
    case finalised
}
