public import AckQuorum
import BLS
public import BeaconTypes
import Primitives
import SSZ

/// The votes and the certificate seen on one subject, and the contradictions among them.
///
/// A member is accused when it cast two different votes, or one that differs from what at least two thirds of the committee
/// signed: in its message, or in the losses behind it, which the certificate opens. Only votes whose inner signature is over the
/// opened losses count for the two thirds. An INVALID majority accuses nobody: what it means for the candidate's author is not
/// settled. Votes that go in must have valid outer signatures, certificates must stand in the chain.
public struct AckVoteBook: Sendable {
    public let subject: AckSubject
    /// The slot's committee, with what verifying its inner signatures takes.
    public let context: AckContext
    private let seats: [ValidatorIndex: Int]
    private var votes: [Int: SignedUpdateAck] = [:]
    /// The certificate, and every vote more that is over its losses.
    private var certified: AckAggregate?
    /// For votes that say what the certificate says, whether they are over its losses.
    private var opens: [Int: Bool] = [:]
    /// Each member is accused once.
    private var accused: Set<Int> = []

    public init(subject: AckSubject, context: AckContext) {
        self.subject = subject
        self.context = context
        seats = Dictionary(context.members.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The slot's committee, in committee order.
    public var members: [ValidatorIndex] { context.members }

    /// A member's place in the committee.
    public func seat(of validator: ValidatorIndex) -> Int? { seats[validator] }

    /// Whether this very vote, or another of the same member, was seen before.
    public func knows(_ validator: ValidatorIndex) -> Bool { seats[validator].map { votes[$0] != nil } ?? false }

    /// Takes in a vote; the evidence that it completes. A vote on another subject or of a stranger proves nothing.
    public mutating func insert(_ vote: SignedUpdateAck) -> [AckContradiction] {
        guard AckSubject(vote.message) == subject, let seat = seats[vote.validatorIndex] else { return [] }
        if let known = votes[seat] {
            let isSame = known.message == vote.message && known.innerSignature == vote.innerSignature
            guard !isSame, accused.insert(seat).inserted else { return [] }
            return [AckContradiction(vote: vote, ownVote: known)]
        }
        votes[seat] = vote
        widen()
        return contradictions()
    }

    /// Takes in a certificate, which opens the losses; the evidence that it completes.
    public mutating func insert(_ new: AckAggregate) -> [AckContradiction] {
        guard AckSubject(new.ack) == subject, new.committeeBits.count == members.count else { return [] }
        if let certified {
            if certified.statement == new.statement, certified.committeeBits.setCount >= new.committeeBits.setCount { return [] }
            if certified.statement != new.statement { opens = [:] }
        }
        certified = new
        widen()
        return contradictions()
    }

    /// Adds the votes to the certificate that are over its losses.
    private mutating func widen() {
        guard var wider = certified else { return }
        var signatures = [wider.signature]
        for seat in votes.keys.sorted() {
            guard let vote = votes[seat], vote.message == wider.ack else { continue }
            if opens[seat] == nil { opens[seat] = context.opens(vote, seat: seat, lossesRoot: wider.lossesRoot) }
            guard opens[seat] == true, !wider.committeeBits[seat] else { continue }
            wider.committeeBits[seat] = true
            signatures.append(vote.innerSignature)
        }
        guard signatures.count > 1, let signature = try? BLS.aggregate(signatures) else { return }
        wider.signature = signature
        certified = wider
    }

    /// The members whose votes contradict what the certificate says.
    private mutating func contradictions() -> [AckContradiction] {
        guard let certified, certified.ack.verdict == UpdateAckVerdict.valid.rawValue else { return [] }
        let isMajority = AckQuorumRule.isTwoThirds(UInt64(certified.committeeBits.setCount), of: UInt64(members.count))
        var found: [AckContradiction] = []
        for seat in votes.keys.sorted() where isMajority || certified.committeeBits[seat] {
            guard let vote = votes[seat], vote.message != certified.ack || opens[seat] == false else { continue }
            if accused.insert(seat).inserted { found.append(AckContradiction(vote: vote, other: certified)) }
        }
        return found
    }
}
