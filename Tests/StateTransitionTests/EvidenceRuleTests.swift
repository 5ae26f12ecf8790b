import AckQuorum
import BLS
import BeaconTypes
import EngineTypes
import Primitives
import SSZ
import StateTransition
import Testing

/// Every rule of ACK evidence at its boundary, with committees of all sizes.
@Suite struct EvidenceRuleTests {
    static let sizes = [1, 2, 3, 4, 5, 64, 128]

    /// What a piece of evidence comes to: the broken rule, or the state after it.
    private func judge(
        _ state: CachedBeaconState, _ body: (inout CachedBeaconState, inout SignatureCollector) throws(StateTransitionError) -> Void
    ) -> (StateTransitionError.Reason?, CachedBeaconState) {
        var state = state
        var signatures = SignatureCollector(.individually)
        do {
            try body(&state, &signatures)
            return (nil, state)
        } catch { return (error.reason, state) }
    }

    private func judge(_ slashing: AckQuorumSlashing, _ state: CachedBeaconState) -> (StateTransitionError.Reason?, CachedBeaconState) {
        judge(state) { state, signatures throws(StateTransitionError) in try state.processAckQuorumSlashing(slashing, &signatures) }
    }

    private func judge(_ evidence: AckContradiction, _ state: CachedBeaconState) -> StateTransitionError.Reason? {
        judge(state) { state, signatures throws(StateTransitionError) in try state.processAckContradiction(evidence, &signatures) }.0
    }

    // MARK: AckQuorumSlashing

    /// A chain of six slots and the evidence against the proposer of a seventh block whose certificate is `certificate`'s
    /// with a wrong signature.
    private func accusation(_ size: Int, spec: BeaconSpec = .pol, fault: Bool = true) throws -> (PolSimulator, AckQuorumSlashing) {
        var chain = try PolSimulator(validators: size, spec: spec)
        try chain.advance(to: 6)
        var certificate = try chain.certificate(slot: 6, others: try chain.othersNeeded(slot: 6))
        var block = try chain.block(7)
        if fault { certificate.signature = BLSSignature() }
        block.body.ackCertificate = certificate
        block.body.executionPayload.extraData = PolExtraData.bytes(
            parentHash: block.body.executionPayload.parentHash, updateID: certificate.ack.updateId)
        return (chain, try AckQuorumSlashing(accusing: sign(block, chain), spec: spec))
    }

    private func sign(_ block: BeaconBlock, _ chain: PolSimulator) throws -> SignedBeaconBlock {
        let domain = try chain.state(at: block.slot).getDomain(Constant.domainBeaconProposer)
        let root = computeSigningRoot(objectRoot: block.hashTreeRoot(chain.spec), domain)
        return SignedBeaconBlock(message: block, signature: chain.keys[Int(block.proposerIndex)].sign(root))
    }

    /// The signer loses 1/32 of its effective balance at once.
    @Test(arguments: sizes) func slashesTheSigner(size: Int) throws {
        let (chain, slashing) = try accusation(size)
        let state = try chain.state(at: 8)
        let accused = Int(slashing.signedHeader.message.proposerIndex)
        let (reason, after) = judge(slashing, state)
        #expect(reason == nil)
        #expect(after.state.validators[accused].slashed)
        // The whistleblower's reward goes to the slot's proposer, which may be the accused itself
        let proposer = Int(try state.getBeaconProposerIndex())
        let reward = state.state.validators[accused].effectiveBalance / chain.spec.preset.whistleblowerRewardQuotientElectra
        let expected = state.state.balances[accused] - 1_000_000_000 + (proposer == accused ? reward : 0)
        #expect(after.state.balances[accused] == expected)
        // Once slashed, the same evidence is used up
        #expect(judge(slashing, after).0 == .ack(.notSlashable))
    }

    @Test(arguments: sizes) func aValidCertificateAccusesNobody(size: Int) throws {
        let (chain, slashing) = try accusation(size, fault: false)
        #expect(judge(slashing, try chain.state(at: 8)).0 == .ack(.quorumWasValid))
    }

    @Test func eachPartIsNeeded() throws {
        let (chain, slashing) = try accusation(4)
        let state = try chain.state(at: 8)
        func altered(_ change: (inout AckQuorumSlashing) -> Void) -> StateTransitionError.Reason? {
            var wrong = slashing
            change(&wrong)
            return judge(wrong, state).0
        }
        #expect(altered { $0.extraDataBranch[0] = SHA256.hash([1]) } == .ack(.branch))
        #expect(altered { $0.ackCertificateBranch[3] = SHA256.hash([1]) } == .ack(.branch))
        #expect(altered { $0.ackCertificateBranch = SSZVector(Array($0.ackCertificateBranch.dropLast())) } == .ack(.branch))
        #expect(altered { $0.ackCertificate.ack.verdict = 2 } == .ack(.branch))
        #expect(altered { $0.extraData[40] ^= 1 } == .ack(.branch))
        #expect(altered { $0.extraData = [] } == .ack(.noUpdateClaimed))
        #expect(altered { $0.extraData = [UInt8](repeating: 0, count: 64) } == .ack(.noUpdateClaimed))
        #expect(altered { $0.signedHeader.message.parentRoot = .zero } == .ack(.parentNotCanonical))
        #expect(altered { $0.signedHeader.message.slot = 9 } == .ack(.parentNotCanonical))
        #expect(altered { $0.signedHeader.message.slot = 0 } == .ack(.parentNotCanonical))
        #expect(altered { $0.signedHeader.message.proposerIndex = 4 } == .ack(.notSlashable))
        #expect(altered { $0.signedHeader.message.stateRoot = .zero } == .ack(.signature))
        #expect(altered { $0.signedHeader.signature = BLSSignature() } == .ack(.signature))
    }

    /// Evidence is judged as long as the chain remembers the roots that it needs, and not a slot longer.
    @Test func age() throws {
        var preset = Preset.pol
        preset.slotsPerHistoricalRoot = 32
        let spec = BeaconSpec(preset: preset, config: .pol, fork: .pol)
        let (chain, slashing) = try accusation(2, spec: spec)
        let last = 7 + spec.maxAckEvidenceAge
        #expect(spec.maxAckEvidenceAge == 32 - 3 - 3)
        #expect(judge(slashing, try chain.state(at: last)).0 == nil)
        #expect(judge(slashing, try chain.state(at: last + 1)).0 == .ack(.tooOld))
    }

    // MARK: AckContradiction

    /// A vote by the member in the last seat, and what seats from 0 on said.
    private func contradiction(
        _ chain: PolSimulator, others: [Int], voterSays: UInt8 = 2, copies: Bool = false
    ) throws -> AckContradiction {
        let context = try chain.context(6)
        let (_, ack) = try chain.vote(slot: 6, author: context.members[0])
        var other = ack
        if voterSays == 2 {
            other = UpdateAck(
                slot: 6, anchorRoot: ack.anchorRoot, updateId: ack.updateId, author: ack.author, verdict: 2, adapterRoot: .zero,
                lossBefore: 0, lossAfter: 0, sliceSeed: ack.sliceSeed)
        }
        let voter = context.members[context.members.count - 1]
        return AckContradiction(
            vote: chain.sign(other, by: voter, in: context, copies: copies), other: try chain.aggregate(ack, seats: others))
    }

    /// Against others it takes two thirds of the committee, against oneself one's own vote.
    @Test(arguments: sizes) func twoThirds(size: Int) throws {
        var chain = try PolSimulator(validators: size)
        try chain.advance(to: 6)
        let state = try chain.state(at: 8)
        let last = size - 1
        #expect(judge(try contradiction(chain, others: [last]), state) == nil)
        let needed = (2 * size + 2) / 3
        if needed <= last {
            #expect(judge(try contradiction(chain, others: Array(0..<needed)), state) == nil)
            #expect(judge(try contradiction(chain, others: Array(0..<needed), voterSays: 1, copies: true), state) == nil)
            #expect(judge(try contradiction(chain, others: Array(0..<needed), voterSays: 1), state) == .ack(.sameStatement))
        }
        if needed > 1, needed - 1 <= last {
            #expect(judge(try contradiction(chain, others: Array(0..<needed - 1)), state) == .ack(.tooFewVotes))
            #expect(
                judge(try contradiction(chain, others: Array(0..<needed - 1), voterSays: 1, copies: true), state) == .ack(.tooFewVotes))
        }
        #expect(judge(try contradiction(chain, others: []), state) == .ack(.tooFewVotes))
        #expect(judge(try contradiction(chain, others: [last], voterSays: 1), state) == .ack(.sameStatement))
        // A copy of the message without its losses contradicts as another message does
        #expect(judge(try contradiction(chain, others: [last], voterSays: 1, copies: true), state) == nil)
    }

    @Test func eachPartOfAContradictionIsNeeded() throws {
        var chain = try PolSimulator(validators: 5)
        try chain.advance(to: 6)
        let state = try chain.state(at: 8)
        let good = try contradiction(chain, others: [0, 1, 2, 3])
        #expect(judge(good, state) == nil)
        func altered(_ change: (inout AckContradiction) -> Void) -> StateTransitionError.Reason? {
            var wrong = good
            change(&wrong)
            return judge(wrong, state)
        }
        #expect(altered { $0.vote.message.slot = 5 } == .ack(.differentUpdate))
        #expect(altered { $0.vote.message.updateId = .zero } == .ack(.differentUpdate))
        #expect(altered { $0.other.ack.anchorRoot = .zero } == .ack(.differentUpdate))
        #expect(
            altered {
                $0.vote.message.anchorRoot = .zero; $0.other.ack.anchorRoot = .zero
            } == .ack(.anchor))
        #expect(
            altered {
                $0.vote.message.slot = 9; $0.other.ack.slot = 9
            } == .ack(.slotWindow))
        #expect(
            altered {
                $0.vote.message.slot = 0; $0.other.ack.slot = 0
            } == .ack(.slotWindow))
        #expect(altered { $0.vote.validatorIndex = 77 } == .ack(.notSlashable))
        #expect(altered { $0.other.committeeBits.append(true) } == .ack(.bits))
        #expect(altered { $0.vote.signature = BLSSignature() } == .ack(.signature))
        #expect(altered { $0.other.signature = BLSSignature() } == .ack(.signature))
        #expect(altered { $0.vote.message.lossBefore = 1 } == .ack(.signature))
        #expect(altered { $0.vote.innerSignature = BLSSignature() } == .ack(.signature))
        #expect(altered { $0.other.lossesRoot = .zero } == .ack(.signature))
        #expect(altered { $0.ownVote = $0.vote } == .ack(.twoCounterparts))
    }

    /// In a committee of three, two who collude can slash the third: small committees trust each other.
    @Test func twoOfThreeSlashTheThird() throws {
        var chain = try PolSimulator(validators: 3)
        try chain.advance(to: 6)
        #expect(judge(try contradiction(chain, others: [0, 1]), try chain.state(at: 8)) == nil)
    }
}
