import AckQuorum
import BeaconTypes
import ContentRouting
import EngineTypes
import Logging
import Primitives
import ServiceInterfaces
import SlashingDetection
import StateTransition

extension Slasher {
    /// ACK votes that wait until they can be judged, at most.
    private static let unjudgedLimit = 4096

    /// Takes in the ACK votes of the network.
    func followAcks(_ stream: TopicStream<SignedUpdateAck>) async {
        for await vote in stream { await take(vote) }
    }

    /// Judges a vote of the network, or keeps it: the node names no committee while its head is not validated or it does not answer,
    /// and a vote comes once.
    func take(_ vote: SignedUpdateAck) async {
        guard await !isSettled(vote) else { return }
        if unjudged.count < Self.unjudgedLimit { unjudged.append(vote) }
    }

    /// Judges what was kept, up to the first vote that still has to wait.
    func judgeKeptAcks() async {
        var kept = unjudged[...]
        unjudged = []
        while let vote = kept.first, await isSettled(vote) { kept.removeFirst() }
        // More may have come meanwhile.
        unjudged = Array((kept + unjudged).prefix(Self.unjudgedLimit))
    }

    /// Whether a vote was judged or passed over, and need not be seen again.
    private func isSettled(_ vote: SignedUpdateAck) async -> Bool {
        do {
            try await judge(vote)
        } catch let refusal as any Refusal where refusal.fault == .circumstance {
            logger.debug("an ACK vote of validator \(vote.validatorIndex) waits: \(refusal)")
            return false
        } catch {
            logger.debug("an ACK vote of validator \(vote.validatorIndex) is passed over: \(error)")
        }
        return true
    }

    /// Verifies and records an ACK vote; the contradictions that it completes are submitted.
    @discardableResult
    func judge(_ vote: SignedUpdateAck) async throws -> [AckContradiction] {
        guard UpdateAckVerdict(rawValue: vote.message.verdict) != nil else {
            throw SlasherError.invalid("verdict \(vote.message.verdict) is neither VALID (1) nor INVALID (2)")
        }
        try await openBook(vote.message)
        let subject = AckSubject(vote.message)
        guard var book = books[subject] else { return [] }
        guard let seat = book.seat(of: vote.validatorIndex) else {
            throw SlasherError.invalid("validator \(vote.validatorIndex) is not in the ACK committee of slot \(subject.slot)")
        }
        guard book.context.verify(vote, seat: seat) else {
            throw SlasherError.invalid("the ACK vote's signature is not validator \(vote.validatorIndex)'s")
        }
        let found = book.insert(vote)
        books[subject] = book
        try acks.record(vote)
        figures.acks += 1
        for contradiction in found { await report(.ackContradiction(contradiction)) }
        return found
    }

    /// Records the certificate of an imported block; the contradictions that it completes are submitted.
    ///
    /// - Parameter state: the state after the block, which knows the committee however old the block is.
    func judge(_ certificate: AckCertificate, on state: CachedBeaconState) async throws {
        let subject = AckSubject(certificate.ack)
        guard !subject.updateID.isZero, isRemembered(subject.slot) else { return }
        if books[subject] == nil { try openBook(subject, try state.ackContext(subject.slot)) }
        guard var book = books[subject] else { return }
        let aggregate = certificate.aggregate
        let found = book.insert(aggregate)
        books[subject] = book
        try acks.record(aggregate)
        for contradiction in found { await report(.ackContradiction(contradiction)) }
    }

    /// Whether evidence about votes of this slot may still come into a block.
    private func isRemembered(_ slot: Slot) -> Bool {
        slot >= 1 && slot <= currentSlot + 1 && currentSlot + 1 - slot < spec.preset.slotsPerHistoricalRoot
    }

    /// Has the book of a vote's subject in memory: from the database, or a new one.
    private func openBook(_ ack: UpdateAck) async throws {
        let subject = AckSubject(ack)
        guard books[subject] == nil else { return }
        guard isRemembered(ack.slot) else {
            throw SlasherError.invalid("slot \(ack.slot) is not among the last \(spec.preset.slotsPerHistoricalRoot) slots")
        }
        let context = try await committees.ackCommittee(slot: ack.slot).context
        guard context.anchorRoot == ack.anchorRoot else {
            throw SlasherError.invalid("the anchor \(ack.anchorRoot.shortHex) is not the chain's block before slot \(ack.slot)")
        }
        // Another call may have opened it meanwhile.
        if books[subject] == nil { try openBook(subject, context) }
    }

    private func openBook(_ subject: AckSubject, _ context: AckContext) throws {
        books[subject] = try acks.book(subject, context: context)
    }

    /// Judges the certificate of a block whose header is its proposer's; evidence is submitted.
    @discardableResult
    func judgeCertificate(of block: SignedBeaconBlock) async throws -> AckQuorumSlashing? {
        guard let updateID = PolExtraData.updateID(block.message.body.executionPayload.extraData), !updateID.isZero else { return nil }
        let slot = block.message.slot
        guard slot <= currentSlot + 1 else { throw SlasherError.invalid("slot \(slot) is in the future") }
        guard let parent = try await chain.state(.root(block.message.parentRoot)) else {
            throw SlasherError.unavailable("the state after parent \(block.message.parentRoot.shortHex)")
        }
        var state = CachedBeaconState(parent.state, spec: spec)
        guard state.state.slot < slot else { throw SlasherError.invalid("slot \(slot) is not after its parent's") }
        guard slot - state.state.slot <= spec.maxAckEvidenceAge else {
            throw SlasherError.invalid("slot \(slot) is too far from its parent's")
        }
        try state.processSlots(to: slot)
        guard state.ackCertificateFault(block.message.body.ackCertificate, updateID: updateID, blockSlot: slot) != nil else { return nil }
        let evidence = try AckQuorumSlashing(accusing: block, spec: spec)
        await report(.ackQuorum(evidence))
        return evidence
    }
}
