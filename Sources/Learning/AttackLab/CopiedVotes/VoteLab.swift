import AckQuorum
import BLS
import BeaconTypes
import Primitives
import SSZ
import SlashingDetection
import StateTransition

/// Simulates a chain some of whose committee members vote without running the gate: they sign the message that they see others
/// sign, with losses that they have to guess. The rules are those of a live node: the tally, the certificate, the slasher's
/// book, the slashing; slots pass as fast as they are computed.
///
/// In each slot an honest member announces a candidate. Honest proposers include certificates and evidence; copycats, who cannot
/// make a certificate, propose empty blocks and keep evidence to themselves.
public struct VoteLab {
    private var chain: VoteLabChain
    private let copycats: Set<ValidatorIndex>
    private var waiting: AckCertificate?
    /// What was announced and waits for its reveal block.
    private var candidate: UpdateCandidate?
    private var evidence: [AckContradiction] = []
    private var books: [AckSubject: AckVoteBook] = [:]
    public private(set) var result: VoteLabResult

    /// - Parameter percent: copycats among the validators, rounded down; they are those with the highest indices.
    public init(validators: Int, copycatPercent percent: Int, seed: UInt64 = 1) throws {
        chain = try VoteLabChain(validators: validators, seed: seed)
        let count = validators * percent / 100
        copycats = Set((validators - count..<validators).map { ValidatorIndex($0) })
        result = VoteLabResult(validators: validators, copycats: count)
        result.firstBalance = chain.state.state.balances.first ?? 0
    }

    /// Lets `slots` slots pass.
    public mutating func run(slots: Int) throws -> VoteLabResult {
        for _ in 0..<slots {
            try chain.begin(chain.state.state.slot + 1)
            try propose()
            try vote()
            result.slots += 1
        }
        let state = chain.state.state
        let honest = state.validators.indices.filter { !copycats.contains(ValidatorIndex($0)) }
        result.copycatsConvicted = copycats.count { chain.isSlashed($0) }
        result.honestConvicted = honest.count { state.validators[$0].slashed }
        result.leastHonestBalance = honest.map { state.balances[$0] }.min() ?? 0
        result.finalizedEpoch = Int(clamping: state.finalizedCheckpoint.epoch)
        return result
    }

    /// The slot's block: none of a proposer that is slashed.
    private mutating func propose() throws {
        let proposer = try chain.state.getBeaconProposerIndex()
        guard !chain.isSlashed(proposer) else { return }
        result.blocks += 1
        if let waiting, chain.state.state.slot > waiting.ack.slot + VoteLabChain.spec.ackWindowSlots { self.waiting = nil }
        guard !copycats.contains(proposer) else { return try chain.addBlock(nil, []) }
        evidence = evidence.filter { !chain.isSlashed($0.vote.validatorIndex) && chain.takes($0) }
        let included = Array(evidence.prefix(Int(Constant.maxAckContradictions)))
        let certificate = waiting.flatMap { chain.takes($0) ? $0 : nil }
        try chain.addBlock(certificate, included)
        guard let certificate else { return }
        waiting = nil
        result.certificates += 1
        let context = try chain.state.ackContext(certificate.ack.slot)
        for (seat, member) in context.members.enumerated() where certificate.committeeBits[seat] && copycats.contains(member) {
            result.copiesCounted += 1
        }
        evidence += books[AckSubject(certificate.ack)]?.insert(certificate.aggregate) ?? []
    }

    /// A candidate; once its slice can be drawn everybody's vote on it, and what an honest node that has run the gate makes of the votes.
    private mutating func vote() throws {
        guard waiting == nil else { return }
        let slot = chain.state.state.slot
        guard let candidate, slot <= candidate.slot + Constant.maxRevealDistance else { return try announce(slot) }
        // An empty slot reveals nothing new.
        guard try chain.state.revealSlot(candidate) == slot else { return }
        self.candidate = nil
        try vote(on: candidate, slot, chain.context(of: slot))
    }

    private mutating func announce(_ slot: Slot) throws {
        guard let author = try chain.state.ackCommittee(slot).first(where: { !copycats.contains($0) }) else { return }
        let learning = chain.state.state.learning
        candidate = UpdateCandidate(
            baseModelRoot: learning.baseModelRoot, parentAdapterRoot: learning.adapterRoot, slot: slot, author: author,
            inputs: [CandidateInput(fileHash: SHA256.hash(Array("file \(slot)".utf8)), rewardAddress: .zero)], selected: [true])
    }

    private mutating func vote(on candidate: UpdateCandidate, _ slot: Slot, _ context: AckContext) throws {
        let ack = UpdateAck(
            slot: slot, anchorRoot: context.anchorRoot, updateId: candidate.updateID(VoteLabChain.spec), author: candidate.author,
            verdict: UpdateAckVerdict.valid.rawValue, adapterRoot: SHA256.hash(Array("adapter \(slot)".utf8)),
            lossBefore: Float(4).bitPattern, lossAfter: Float(3.9).bitPattern,
            sliceSeed: context.sliceSeed(candidate.updateID(VoteLabChain.spec)))
        let statement = AckStatement(ack: ack, lossesRoot: SHA256.hash(Array("losses \(slot)".utf8)))
        var tally = AckTally(candidate, slot: slot, context: context)
        var book = AckVoteBook(subject: AckSubject(ack), context: context)
        for member in context.members where !chain.isSlashed(member) {
            let isCopy = copycats.contains(member)
            let guess = AckStatement(ack: ack, lossesRoot: SHA256.hash(Array("guess of \(member) in \(slot)".utf8)))
            let vote = context.signing.vote(isCopy ? guess : statement, validator: member) { chain.keys[Int(member)].sign($0) }
            if isCopy { result.copies += 1 }
            // The gate of this node ends while votes come in.
            if member == context.members[context.members.count / 2] { tally.open(statement) }
            tally.add(vote)
            evidence += book.insert(vote)
        }
        tally.open(statement)
        result.candidates += 1
        books = books.filter { slot <= $0.key.slot + VoteLabChain.spec.ackWindowSlots + 1 }
        books[AckSubject(ack)] = book
        if case .certificate(let certificate) = tally.outcome { waiting = certificate }
    }
}
