import AckQuorum
import BeaconTypes
import EngineTypes
import Primitives
import SSZ
import StateTransition
import Testing

/// Every rule of an ACK certificate at its boundary, with committees of all sizes.
@Suite struct CertificateRuleTests {
    static let sizes = [1, 2, 3, 4, 5, 64, 128]

    /// A chain of six slots, and a certificate of slot 6 with just enough votes.
    private func chain(_ size: Int) throws -> (PolSimulator, AckCertificate, Int) {
        var chain = try PolSimulator(validators: size)
        try chain.advance(to: 6)
        let needed = try chain.othersNeeded(slot: 6)
        return (chain, try chain.certificate(slot: 6, others: needed), needed)
    }

    private func fault(
        _ chain: PolSimulator, _ certificate: AckCertificate, at slot: Slot = 7, updateID: Bytes32? = nil
    ) throws -> AckFault? {
        try chain.state(at: slot).ackCertificateFault(
            certificate, updateID: updateID ?? certificate.ack.updateId, blockSlot: slot)
    }

    /// `others` votes besides the author's are enough, one less is not.
    @Test(arguments: sizes) func quorum(size: Int) throws {
        let (chain, certificate, needed) = try chain(size)
        #expect(needed == (size == 1 ? 0 : max(1, (size + 1) / 2)))
        #expect(try fault(chain, certificate) == nil)
        if size > 1 {
            let short = try chain.certificate(slot: 6, others: needed - 1)
            #expect(try fault(chain, short) == .quorum)
        }
        let all = try chain.certificate(slot: 6, others: size - 1)
        #expect(try fault(chain, all) == nil)
    }

    /// A genesis with its own quorum: never more than the members who are not the author.
    @Test(arguments: [(1, 5, 0), (2, 5, 1), (4, 1, 1), (4, 3, 3), (4, 9, 3), (5, 2, 2)])
    func quorumOfGenesis(size: Int, setting: UInt64, needed: Int) throws {
        var chain = try PolSimulator(validators: size, aiQuorum: setting)
        try chain.advance(to: 2)
        #expect(try fault(chain, chain.certificate(slot: 2, others: needed), at: 3) == nil)
        if needed > 1 { #expect(try fault(chain, chain.certificate(slot: 2, others: needed - 1), at: 3) == .quorum) }
    }

    @Test(arguments: sizes) func bitsAndAuthor(size: Int) throws {
        let (chain, certificate, _) = try chain(size)
        var wrong = certificate
        wrong.committeeBits.append(false)
        #expect(try fault(chain, wrong) == .bits)
        wrong.committeeBits = Bitlist([Bool](certificate.committeeBits.dropLast()))
        #expect(try fault(chain, wrong) == .bits)
        // The author's bit must be set, whoever else voted
        wrong = certificate
        wrong.committeeBits[0] = false
        #expect(try fault(chain, wrong) == .author)
        // An author who is no member
        let (candidate, ack) = try chain.vote(slot: 6, author: 9999)
        wrong = AckCertificate(
            candidate: candidate, ack: ack, committeeBits: certificate.committeeBits, signature: certificate.signature,
            lossesRoot: certificate.lossesRoot)
        #expect(try fault(chain, wrong) == .author)
    }

    /// The signature is of all set bits: one bit more or another message, and it fails.
    @Test(arguments: sizes) func signature(size: Int) throws {
        let (chain, certificate, needed) = try chain(size)
        var wrong = certificate
        if needed + 1 < size {
            wrong.committeeBits[needed + 1] = true
            #expect(try fault(chain, wrong) == .signature)
        }
        wrong = certificate
        wrong.ack.adapterRoot = SHA256.hash([99])
        #expect(try fault(chain, wrong) == .signature)
        wrong = certificate
        wrong.signature = BLSSignature()
        #expect(try fault(chain, wrong) == .signature)
        wrong = certificate
        wrong.lossesRoot = SHA256.hash([99])
        #expect(try fault(chain, wrong) == .signature)
    }

    /// A certificate may enter blocks of the slot after its own up to ⌈30 s / slot⌉ = 3 slots later.
    @Test(arguments: sizes) func window(size: Int) throws {
        let (chain, certificate, _) = try chain(size)
        #expect(chain.spec.ackWindowSlots == 3)
        for slot in 7...9 as ClosedRange<Slot> { #expect(try fault(chain, certificate, at: slot) == nil) }
        #expect(try fault(chain, certificate, at: 10) == .slotWindow)
        // A vote of the block's own slot, of one that has not come, and of slot 0
        for slot in 5...6 as ClosedRange<Slot> {
            #expect(chain.state.ackCertificateFault(certificate, updateID: certificate.ack.updateId, blockSlot: slot) == .slotWindow)
        }
        var (candidate, ack) = (certificate.candidate, certificate.ack)
        candidate.slot = 0
        ack.slot = 0
        ack.updateId = candidate.updateID(chain.spec)
        let early = AckCertificate(
            candidate: candidate, ack: ack, committeeBits: certificate.committeeBits, signature: certificate.signature,
            lossesRoot: certificate.lossesRoot)
        #expect(chain.state.ackCertificateFault(early, updateID: ack.updateId, blockSlot: 2) == .slotWindow)
    }

    @Test(arguments: sizes) func statement(size: Int) throws {
        let (chain, certificate, _) = try chain(size)
        #expect(try fault(chain, certificate, updateID: SHA256.hash([1])) == .updateID)
        func altered(_ change: (inout AckCertificate) -> Void) throws -> AckFault? {
            var wrong = certificate
            change(&wrong)
            return try fault(chain, wrong)
        }
        #expect(try altered { $0.ack.verdict = 2 } == .verdict)
        #expect(try altered { $0.ack.verdict = 0 } == .verdict)
        #expect(try altered { $0.candidate.slot += 1 } == .candidate)
        #expect(try altered { $0.candidate.slot = $0.ack.slot } == .candidate)
        #expect(try altered { $0.ack.sliceSeed = SHA256.hash([3]) } == .sliceSeed)
        #expect(try altered { $0.ack.guardLosses.taskAfter = 1 } == .guardSlice)
        #expect(try altered { $0.candidate.author += 1 } == .candidate)
        #expect(try altered { $0.candidate.selected = [true, true] } == .candidate)
        #expect(try altered { $0.candidate.inputs[0].rewardAddress = Address([UInt8](repeating: 1, count: 20)) ?? .zero } == .candidate)
        #expect(try altered { $0.ack.anchorRoot = SHA256.hash([3]) } == .anchor)
        // The gate's boundary: 1000 · after < 999 · before, so that 4 → 3.996 fails and the next float below passes
        #expect(try altered { $0.ack.lossAfter = Float(3.996).bitPattern } == .lossGate)
        #expect(try altered { $0.ack.lossAfter = Float.nan.bitPattern } == .lossGate)
        // It passes the gate, and then nobody signed it
        #expect(try altered { $0.ack.lossAfter = Float(3.9959).bitPattern } == .signature)
    }

    /// The rules that need the learning state, in a whole block.
    @Test(arguments: [1, 2, 4]) func learningState(size: Int) throws {
        var chain = try PolSimulator(validators: size)
        try chain.advance(to: 6)
        let slot = try chain.advanceToReveal()
        let needed = try chain.othersNeeded(slot: slot)
        let certificate = try chain.certificate(slot: slot, others: needed)
        func refusal(_ certificate: AckCertificate) -> StateTransitionError.Reason? {
            do {
                _ = try chain.block(chain.state.state.slot + 1, .init(certificate: certificate))
                return nil
            } catch { return (error as? StateTransitionError)?.reason }
        }
        var foreign = certificate
        foreign.candidate.baseModelRoot = .zero
        foreign.ack.updateId = foreign.candidate.updateID(chain.spec)
        foreign.ack.sliceSeed = try chain.context(slot).sliceSeed(foreign.ack.updateId)
        #expect(refusal(foreign) == .ack(.baseModel))
        foreign = certificate
        foreign.candidate.parentAdapterRoot = .zero
        foreign.ack.updateId = foreign.candidate.updateID(chain.spec)
        foreign.ack.sliceSeed = try chain.context(slot).sliceSeed(foreign.ack.updateId)
        #expect(refusal(foreign) == .ack(.parentAdapter))

        // The reveal block is the first that fulfils the rule, and no later one
        let author = certificate.candidate.author
        if try chain.candidateSlot(revealedAt: slot, author: author) != slot - 1 || size == 1 {
            var early = certificate
            early.candidate.slot -= 1
            early.ack.updateId = early.candidate.updateID(chain.spec)
            early.ack.sliceSeed = try chain.context(slot).sliceSeed(early.ack.updateId)
            if try chain.state.revealSlot(early.candidate) != slot { #expect(refusal(early) == .ack(.reveal)) }
        }

        let second = try chain.certificate(slot: slot, others: needed, update: 9)
        try chain.advance(.init(certificate: certificate))
        let learning = chain.state.state.learning
        #expect(learning.updateCount == 1 && learning.adapterRoot == certificate.ack.adapterRoot)
        #expect(learning.recentUpdateIds[0] == certificate.ack.updateId)
        // 0.5 of a POL for a fall of the loss by 0.5
        #expect(learning.pendingRewards.map(\.amount) == [500_000_000])
        // The same again, and another candidate on the adapter that is no longer the head's
        #expect(refusal(certificate) == .ack(.replay))
        #expect(refusal(second) == .ack(.parentAdapter))
        // The next block pays and empties the queue
        let paid = try chain.advance().body.executionPayload.withdrawals
        #expect(paid.last?.validatorIndex == .max && paid.last?.amount == 500_000_000)
        #expect(chain.state.state.learning.pendingRewards.isEmpty)
        // After 64 more updates the id would have left the ring; the parent adapter keeps it out
        #expect(refusal(certificate) != nil)
    }
}
