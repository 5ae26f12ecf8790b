import AckQuorum
import BLS
public import BeaconTypes
import Primitives
import SSZ

/// The votes and certificates seen on one subject, and the contradictions among them.
///
/// A member is accused when it signed two different messages, or one that differs from what at least two thirds of the
/// committee signed as VALID. An INVALID majority accuses nobody: what it means for the candidate's author is not settled.
/// Everything that goes in must have been verified.
public struct AckVoteBook: Sendable {
    public let subject: AckSubject
    /// The slot's committee, in committee order.
    public let members: [ValidatorIndex]
    private let seats: [ValidatorIndex: Int]
    private var votes: [Int: SignedUpdateAck] = [:]
    private var certificate: AckAggregate?
    /// Equal VALID votes of at least two thirds, once there are so many.
    private var majority: AckAggregate?
    /// Each member is accused once.
    private var accused: Set<Int> = []

    public init(subject: AckSubject, members: [ValidatorIndex]) {
        self.subject = subject
        self.members = members
        seats = Dictionary(members.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A member's place in the committee.
    public func seat(of validator: ValidatorIndex) -> Int? { seats[validator] }

    /// Whether this very vote, or another of the same member, was seen before.
    public func knows(_ validator: ValidatorIndex) -> Bool { seats[validator].map { votes[$0] != nil } ?? false }

    /// Takes in a vote; the evidence that it completes. A vote on another subject or of a stranger proves nothing.
    public mutating func insert(_ vote: SignedUpdateAck) -> [AckContradiction] {
        guard AckSubject(vote.message) == subject, let seat = seats[vote.validatorIndex] else { return [] }
        guard let known = votes[seat] else {
            votes[seat] = vote
            return against(accusers(of: vote.message))
        }
        guard known.message != vote.message, accused.insert(seat).inserted else { return [] }
        var bits = Bitlist(count: members.count)
        bits[seat] = true
        return [AckContradiction(vote: vote, other: AckAggregate(ack: known.message, committeeBits: bits, signature: known.signature))]
    }

    /// Takes in a certificate; the evidence that it completes.
    public mutating func insert(_ new: AckAggregate) -> [AckContradiction] {
        guard AckSubject(new.ack) == subject, new.committeeBits.count == members.count else { return [] }
        if let certificate, certificate.ack == new.ack, certificate.committeeBits.setCount >= new.committeeBits.setCount { return [] }
        certificate = new
        return against(accusers(of: new.ack))
    }

    /// What accuses whoever says otherwise: the certificate, and the majority that `message` may have completed.
    private mutating func accusers(of message: UpdateAck) -> [AckAggregate] {
        if majority == nil, message.verdict == UpdateAckVerdict.valid.rawValue { majority = aggregate(of: message) }
        return [certificate, majority].compactMap(\.self)
    }

    /// All votes and the certificate for one message, when they are two thirds of the committee.
    private func aggregate(of message: UpdateAck) -> AckAggregate? {
        var bits = Bitlist(count: members.count)
        var signatures: [BLSSignature] = []
        if let certificate, certificate.ack == message {
            bits = certificate.committeeBits
            signatures.append(certificate.signature)
        }
        for seat in votes.keys.sorted() where !bits[seat] {
            guard let vote = votes[seat], vote.message == message else { continue }
            bits[seat] = true
            signatures.append(vote.signature)
        }
        guard Self.isTwoThirds(bits, of: members.count), let signature = try? BLS.aggregate(signatures) else { return nil }
        return AckAggregate(ack: message, committeeBits: bits, signature: signature)
    }

    /// The members whose votes contradict one of the aggregates.
    private mutating func against(_ aggregates: [AckAggregate]) -> [AckContradiction] {
        var found: [AckContradiction] = []
        for other in aggregates {
            let isMajority = Self.isTwoThirds(other.committeeBits, of: members.count)
            for seat in votes.keys.sorted() {
                guard let vote = votes[seat], vote.message != other.ack, isMajority || other.committeeBits[seat] else { continue }
                if accused.insert(seat).inserted { found.append(AckContradiction(vote: vote, other: other)) }
            }
        }
        return found
    }

    private static func isTwoThirds(_ bits: Bitlist, of members: Int) -> Bool {
        bits.setCount > 0 && AckQuorumRule.isTwoThirds(UInt64(bits.setCount), of: UInt64(members))
    }
}
