public import BeaconTypes
import BLS
public import Primitives
import SSZ

/// Counts the votes on one candidate as they come. Each vote is verified once, however often it is told.
///
/// A vote's outer signature is verified as it comes, and one vote of each member is kept. Whether its member ran the gate shows
/// only once this node has run it: from then on (``open(_:)``) those count that say the same as this node's gate and whose inner
/// signature is over the same losses. Strangers, doubles, votes on other updates and forgeries are passed over.
public struct AckTally: Sendable {
    /// What came of the counting so far.
    public enum Outcome: Sendable {
        /// Enough VALID votes: the certificate, ready for a block.
        case certificate(AckCertificate)
        /// At least two thirds found the update INVALID, as this node did.
        case rejected
        /// Neither yet; how many VALID votes count besides the author's, and how many are needed. Before the gate has ended
        /// here, votes that say what the author says count.
        case pending(counted: Int, needed: Int)
    }

    /// What became of one vote.
    public enum Reception: Sendable, Hashable {
        /// It is kept, and counts as far as is known.
        case counted
        /// It, or another of the same seat, is kept already.
        case known
        /// It is about another update, or its signer has no seat.
        case foreign
        case forged
        /// It says what this node's gate found, but whoever signed it did not know the losses.
        case copied
    }

    /// Forgeries that are known again; more are verified again.
    private static let forgeryLimit = 1024

    public let candidate: UpdateCandidate
    public let updateID: Bytes32
    /// Of the reveal block.
    public let slot: Slot
    public let context: AckContext
    /// Outer signatures verified so far.
    public private(set) var verifications = 0
    /// What this node's gate found, once it has ended.
    public private(set) var statement: AckStatement?
    private var votes: [Int: SignedUpdateAck] = [:]
    /// Seats whose votes are over `statement`.
    private var opened: Set<Int> = []
    private var forged: Set<SignedUpdateAck> = []

    /// - Parameters:
    ///   - slot: of the candidate's reveal block.
    ///   - context: of that slot.
    public init(_ candidate: UpdateCandidate, slot: Slot, context: AckContext) {
        self.candidate = candidate
        self.slot = slot
        self.context = context
        updateID = candidate.updateID(context.spec)
    }

    /// Takes in a vote.
    ///
    /// - Parameter isVerified: whether its outer signature has been verified before.
    @discardableResult
    public mutating func add(_ vote: SignedUpdateAck, isVerified: Bool = false) -> Reception {
        guard let seat = context.members.firstIndex(of: vote.validatorIndex), isVote(vote.message) else { return .foreign }
        guard votes[seat] == nil else { return .known }
        if forged.contains(vote) { return .forged }
        if !isVerified {
            verifications += 1
            guard context.verify(vote, seat: seat) else {
                if forged.count < Self.forgeryLimit { forged.insert(vote) }
                return .forged
            }
        }
        votes[seat] = vote
        guard let statement, vote.message == statement.ack else { return .counted }
        guard context.opens(vote, seat: seat, lossesRoot: statement.lossesRoot) else { return .copied }
        opened.insert(seat)
        return .counted
    }

    /// Tells what this node's gate found. From now on the inner signatures are verified, those that wait at once.
    ///
    /// - Returns: the members that say the same without having known the losses.
    @discardableResult
    public mutating func open(_ statement: AckStatement) -> [ValidatorIndex] {
        guard self.statement == nil, isVote(statement.ack) else { return [] }
        self.statement = statement
        let seats = votes.keys.filter { votes[$0]?.message == statement.ack }.sorted()
        // One by one: an aggregate may hold though its parts do not, where two members shift a share from one to the other.
        opened = Set(
            seats.filter { seat in votes[seat].map { context.opens($0, seat: seat, lossesRoot: statement.lossesRoot) } ?? false })
        return seats.filter { !opened.contains($0) }.map { context.members[$0] }
    }

    /// Whether the author stands by the candidate: its VALID vote is here.
    public var hasAuthor: Bool { authorVote != nil }

    private var authorSeat: Int? { context.members.firstIndex(of: candidate.author) }

    private var authorVote: SignedUpdateAck? {
        authorSeat.flatMap { votes[$0] }.flatMap { $0.message.verdict == UpdateAckVerdict.valid.rawValue ? $0 : nil }
    }

    public var outcome: Outcome {
        let needed = Int(clamping: context.quorum)
        guard let statement else { return .pending(counted: claimed, needed: needed) }
        guard statement.ack.verdict == UpdateAckVerdict.valid.rawValue else {
            let isTwoThirds = AckQuorumRule.isTwoThirds(UInt64(opened.count), of: UInt64(context.members.count))
            return isTwoThirds && !opened.isEmpty ? .rejected : .pending(counted: 0, needed: needed)
        }
        guard let authorSeat, opened.contains(authorSeat) else { return .pending(counted: 0, needed: needed) }
        let seats = opened.sorted()
        let counted = context.members.count == 1 ? seats.count : seats.count - 1
        let ack = statement.ack
        guard counted >= needed, LossGateRule.passes(lossBeforeBits: ack.lossBefore, lossAfterBits: ack.lossAfter),
            let signature = try? BLS.aggregate(seats.compactMap { votes[$0]?.innerSignature })
        else { return .pending(counted: counted, needed: needed) }
        var bits = Bitlist(count: context.members.count)
        for seat in seats { bits[seat] = true }
        return .certificate(
            AckCertificate(candidate: candidate, ack: ack, committeeBits: bits, signature: signature, lossesRoot: statement.lossesRoot))
    }

    /// Members besides the author that say what it says.
    private var claimed: Int {
        guard let message = authorVote?.message else { return 0 }
        let count = votes.values.count { $0.message == message }
        return context.members.count == 1 ? count : count - 1
    }

    private func isVote(_ ack: UpdateAck) -> Bool {
        ack.updateId == updateID && ack.slot == slot && ack.author == candidate.author
            && ack.anchorRoot == context.anchorRoot && ack.sliceSeed == context.sliceSeed(updateID)
            && UpdateAckVerdict(rawValue: ack.verdict) != nil
    }
}

extension AckContext {
    /// Counts votes that are all here, in any order.
    ///
    /// - Parameters:
    ///   - slot: of the candidate's reveal block.
    ///   - statement: what this node's gate found; `nil` while it has not ended.
    ///   - verifySignatures: `false` when every vote's outer signature has been verified on arrival.
    public func tally(
        _ candidate: UpdateCandidate, slot: Slot, votes: [SignedUpdateAck], statement: AckStatement?, verifySignatures: Bool = true
    ) -> AckTally.Outcome {
        var tally = AckTally(candidate, slot: slot, context: self)
        if let statement { tally.open(statement) }
        for vote in votes { tally.add(vote, isVerified: !verifySignatures) }
        return tally.outcome
    }
}
