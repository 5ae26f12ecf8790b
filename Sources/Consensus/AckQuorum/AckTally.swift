public import BeaconTypes
import BLS
public import Primitives
import SSZ

/// Counts the votes on one candidate as they come. Each vote is verified once, however often it is told.
///
/// Votes of strangers, doubles, votes on other updates and votes with a bad signature are passed over. Of VALID votes
/// with different messages only those that say what the author says count, since an aggregate signs one message: honest
/// members compute the same losses and adapter bit for bit.
public struct AckTally: Sendable {
    /// What came of the counting so far.
    public enum Outcome: Sendable {
        /// Enough VALID votes: the certificate, ready for a block.
        case certificate(AckCertificate)
        /// At least two thirds found the update INVALID.
        case rejected
        /// Neither yet; how many VALID votes count, and how many are needed.
        case pending(counted: Int, needed: Int)
    }

    /// What became of one vote.
    public enum Reception: Sendable, Hashable {
        case counted
        /// It, or another of the same seat with the same verdict, was counted before.
        case known
        /// It is about another update, or its signer has no seat.
        case foreign
        case forged
    }

    /// Forgeries that are known again; more are verified again.
    private static let forgeryLimit = 1024

    public let candidate: UpdateCandidate
    public let updateID: Bytes32
    public let context: AckContext
    /// Signatures verified so far.
    public private(set) var verifications = 0
    private var valid: [Int: SignedUpdateAck] = [:]
    private var invalid: Set<Int> = []
    private var forged: Set<SignedUpdateAck> = []

    public init(_ candidate: UpdateCandidate, context: AckContext) {
        self.candidate = candidate
        self.context = context
        updateID = candidate.updateID(context.spec)
    }

    /// Takes in a vote.
    ///
    /// - Parameter isVerified: whether its signature has been verified before.
    @discardableResult
    public mutating func add(_ vote: SignedUpdateAck, isVerified: Bool = false) -> Reception {
        guard let seat = context.members.firstIndex(of: vote.validatorIndex), isVote(vote.message) else { return .foreign }
        let isInvalid = vote.message.verdict == UpdateAckVerdict.invalid.rawValue
        if isInvalid ? invalid.contains(seat) : valid[seat] != nil { return .known }
        if forged.contains(vote) { return .forged }
        if !isVerified {
            verifications += 1
            guard context.verify(vote, seat: seat) else {
                if forged.count < Self.forgeryLimit { forged.insert(vote) }
                return .forged
            }
        }
        if isInvalid { invalid.insert(seat) } else { valid[seat] = vote }
        return .counted
    }

    /// Whether the author stands by the candidate: its VALID vote is here.
    public var hasAuthor: Bool { context.members.firstIndex(of: candidate.author).map { valid[$0] != nil } ?? false }

    public var outcome: Outcome {
        if AckQuorumRule.isTwoThirds(UInt64(invalid.count), of: UInt64(context.members.count)) && !invalid.isEmpty { return .rejected }
        let needed = Int(clamping: context.quorum)
        guard let authorSeat = context.members.firstIndex(of: candidate.author), let authorVote = valid[authorSeat] else {
            return .pending(counted: 0, needed: needed)
        }
        let ack = authorVote.message
        let seats = valid.keys.filter { valid[$0]?.message == ack }.sorted()
        let counted = context.members.count == 1 ? seats.count : seats.count - 1
        guard counted >= needed, LossGateRule.passes(lossBeforeBits: ack.lossBefore, lossAfterBits: ack.lossAfter),
            let signature = try? BLS.aggregate(seats.compactMap { valid[$0]?.signature })
        else { return .pending(counted: counted, needed: needed) }
        var bits = Bitlist(count: context.members.count)
        for seat in seats { bits[seat] = true }
        return .certificate(AckCertificate(candidate: candidate, ack: ack, committeeBits: bits, signature: signature))
    }

    private func isVote(_ ack: UpdateAck) -> Bool {
        ack.updateId == updateID && ack.slot == candidate.slot && ack.author == candidate.author
            && ack.anchorRoot == context.anchorRoot && UpdateAckVerdict(rawValue: ack.verdict) != nil
    }
}

extension AckContext {
    /// Counts votes that are all here, in any order.
    ///
    /// - Parameter verifySignatures: `false` when every vote's signature has been verified on arrival.
    public func tally(
        _ candidate: UpdateCandidate, votes: [SignedUpdateAck], verifySignatures: Bool = true
    ) -> AckTally.Outcome {
        var tally = AckTally(candidate, context: self)
        for vote in votes { tally.add(vote, isVerified: !verifySignatures) }
        return tally.outcome
    }

    /// Whether the seat's signature on its vote verifies.
    public func verify(_ vote: SignedUpdateAck, seat: Int) -> Bool {
        guard publicKeys.indices.contains(seat) else { return false }
        return BLS.verify(
            publicKey: publicKeys[seat], message: signingRoot(vote.message), signature: vote.signature)
    }
}
