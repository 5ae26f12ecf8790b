import AckQuorum
import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import Testing

@testable import BeaconNode

/// A forged certificate: the block is refused, its signer slashed.
@Suite struct EvidenceTests {
    /// A chain at the start of slot 5, and a block whose certificate nobody signed.
    private func forgery() async throws -> (TestChain, SignedBeaconBlock) {
        let chain = try TestChain(validators: 5)
        for slot in 1...4 as ClosedRange<Slot> { try await chain.advance(slot) }
        try await chain.goTo(5)
        var forged = try await chain.certificate(4)
        forged.signature = try await chain.propose(5).signature
        return (chain, try await chain.replacing(forged, in: try await chain.propose(5)))
    }

    @Test func theSignerOfAForgedCertificateIsSlashed() async throws {
        let (chain, forged) = try await forgery()
        let accused = forged.message.proposerIndex
        let balance = await chain.node.head.state.state.balances[Int(accused)]
        await #expect(throws: BeaconNodeError.self) { try await chain.node.publishBlock(forged) }

        let pooled = await chain.node.pooledAckQuorumSlashings()
        #expect(pooled.map(\.signedHeader.message.proposerIndex) == [accused])
        #expect(pooled.first?.signedHeader.message.hashTreeRoot(.pol) == forged.message.hashTreeRoot(.pol))
        #expect(await chain.node.figures.certificateFaults == 1)

        // The next proposer includes it. The accused is not that one: its blocks would be refused.
        var slot: Slot = 6
        while try await chain.node.proposerDuties(epoch: slot).first?.validatorIndex == accused { slot += 1 }
        let next = try await chain.advance(slot)
        #expect(next.message.body.ackQuorumSlashings == pooled)
        let state = await chain.node.head.state.state
        #expect(state.validators[Int(accused)].slashed)
        // 1 POL at once, of 32
        #expect(state.balances[Int(accused)] + 1_000_000_000 <= balance + 1_000_000)
        #expect(state.validators.filter(\.slashed).count == 1)
        // The chain goes on and finalises with the other four, and the evidence is used up.
        for later in (slot + 1)...(slot + 10) {
            guard try await chain.node.proposerDuties(epoch: later).first?.validatorIndex != accused else { continue }
            let block = try await chain.advance(later)
            #expect(block.message.body.ackQuorumSlashings.isEmpty)
        }
        #expect(await chain.node.finalized.epoch > slot)
    }

    /// Anybody can write a bad block in another's name: without the proposer's signature it is no evidence.
    @Test func aForeignSignatureIsNoEvidence() async throws {
        let (chain, forged) = try await forgery()
        let unsigned = SignedBeaconBlock(message: forged.message, signature: forged.message.body.randaoReveal)
        await #expect(throws: BeaconNodeError.self) { try await chain.node.importBlock(unsigned) }
        #expect(await chain.node.pooledAckQuorumSlashings().isEmpty)
    }

    /// A block that is refused for another reason, but whose certificate holds, accuses nobody.
    @Test func aValidCertificateIsNoEvidence() async throws {
        let chain = try TestChain(validators: 5)
        for slot in 1...4 as ClosedRange<Slot> { try await chain.advance(slot) }
        try await chain.node.submitAckCertificate(chain.certificate(4))
        try await chain.goTo(5)
        var message = try await chain.propose(5).message
        message.stateRoot = .zero
        let bad = try await chain.sign(message)
        await #expect(throws: BeaconNodeError.self) { try await chain.node.importBlock(bad) }
        #expect(await chain.node.pooledAckQuorumSlashings().isEmpty)
    }

    /// Faults that need the learning state make a block invalid and slash nobody (docs/protocol.md#process_ack_quorum_slashing).
    @Test func aReplayIsNoEvidence() async throws {
        let chain = try TestChain(validators: 5)
        for slot in 1...4 as ClosedRange<Slot> { try await chain.advance(slot) }
        let certificate = try await chain.certificate(4)
        try await chain.node.submitAckCertificate(certificate)
        try await chain.advance(5)
        #expect(await chain.node.head.state.state.learning.updateCount == 1)
        try await chain.goTo(6)
        let replayed = try await chain.replacing(certificate, in: try await chain.propose(6))
        await #expect(throws: BeaconNodeError.self) { try await chain.node.importBlock(replayed) }
        #expect(await chain.node.pooledAckQuorumSlashings().isEmpty)
    }

    /// The evidence that the node builds has the branches that the rules ask for.
    @Test func theEvidenceProvesItself() async throws {
        let (chain, forged) = try await forgery()
        let slashing = try AckQuorumSlashing(accusing: forged, spec: .pol)
        #expect(slashing.extraDataBranch.count == 9 && slashing.ackCertificateBranch.count == 4)
        try await chain.node.submit(slashing)
        var altered = slashing
        altered.signedHeader.message.proposerIndex = (altered.signedHeader.message.proposerIndex + 1) % 5
        await #expect(throws: SubmissionRefused.self) { try await chain.node.submit(altered) }
        altered.signedHeader.message.proposerIndex = 99
        await #expect(throws: SubmissionRefused.self) { try await chain.node.submit(altered) }
    }
}
