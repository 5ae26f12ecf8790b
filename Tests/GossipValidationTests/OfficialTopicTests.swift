import BLS
import BeaconTypes
import ForkChoice
import GossipValidation
import PolTestChain
import Primitives
import SSZ
import StateTransition
import Testing

/// The official topics on our chain; what each condition says is settled by the official vectors.
@Suite final class OfficialTopicTests {
    let fixture: GossipFixture
    var validator = GossipValidator()

    init() throws { fixture = try GossipFixture() }

    private func vote(_ validator: ValidatorIndex, slot: Slot) throws -> SingleAttestation {
        var state = fixture.chain.genesis
        if slot > 0 { try state.processSlots(to: slot) }
        let root = fixture.gossip.headRoot
        let data = AttestationData(
            slot: slot, index: 0, beaconBlockRoot: root, source: Checkpoint(epoch: 0, root: root),
            target: Checkpoint(epoch: slot, root: root))
        let message = computeSigningRoot(data, state.getDomain(Constant.domainBeaconAttester, slot), .pol)
        return SingleAttestation(
            committeeIndex: 0, attesterIndex: validator, data: data,
            signature: fixture.chain.secrets[Int(validator)].sign(message))
    }

    /// Epochs are one slot long, and the head is five epochs old: the committee is the advanced head's.
    @Test func votesOnAnOldHead() throws {
        for voter in 0..<5 as Range<ValidatorIndex> {
            let vote = try vote(voter, slot: 5)
            #expect(validator.validateBeaconAttestationGossip(vote, fixture.gossip, currentTimeMs: fixture.now, subnetID: 0) == .accept)
            let again = validator.validateBeaconAttestationGossip(vote, fixture.gossip, currentTimeMs: fixture.now, subnetID: 0)
            #expect(again == .ignore(.attestationSeen))
        }
        let wrongSubnet = validator.validateBeaconAttestationGossip(
            try vote(0, slot: 4), fixture.gossip, currentTimeMs: fixture.now, subnetID: 1)
        #expect(wrongSubnet == .reject(.attestationSubnet))
        let old = validator.validateBeaconAttestationGossip(
            try vote(0, slot: 3), fixture.gossip, currentTimeMs: fixture.now, subnetID: 0)
        #expect(old == .ignore(.attestationEpoch))
    }

    @Test func evidence() throws {
        let chain = fixture.chain
        let double = AttesterSlashing(
            attestation1: try chain.attestation([0, 1]), attestation2: try chain.attestation([1, 2], variant: 1))
        #expect(validator.validateAttesterSlashingGossip(double, fixture.gossip) == .accept)
        #expect(validator.validateAttesterSlashingGossip(double, fixture.gossip) == .ignore(.attesterSlashingSeen))
        let more = AttesterSlashing(
            attestation1: try chain.attestation([1, 3]), attestation2: try chain.attestation([1, 3], variant: 1))
        #expect(validator.validateAttesterSlashingGossip(more, fixture.gossip) == .accept)
        let apart = AttesterSlashing(
            attestation1: try chain.attestation([0]), attestation2: try chain.attestation([4], variant: 1))
        #expect(validator.validateAttesterSlashingGossip(apart, fixture.gossip) == .ignore(.attesterSlashingSeen))

        let headers = try [0, 1].map { graffiti in
            let block = try chain.block(slot: 5, graffiti: UInt8(graffiti))
            let message = block.message
            return SignedBeaconBlockHeader(
                message: BeaconBlockHeader(
                    slot: message.slot, proposerIndex: message.proposerIndex, parentRoot: message.parentRoot,
                    stateRoot: message.stateRoot, bodyRoot: message.body.hashTreeRoot(.pol)), signature: block.signature)
        }
        let slashing = ProposerSlashing(signedHeader1: headers[0], signedHeader2: headers[1])
        #expect(validator.validateProposerSlashingGossip(slashing, fixture.gossip) == .accept)
        #expect(validator.validateProposerSlashingGossip(slashing, fixture.gossip) == .ignore(.proposerSlashingSeen))
    }

    /// Numbers from outside that would overflow are judged like any others.
    @Test func absurdNumbers() throws {
        var vote = try vote(0, slot: 5)
        vote.data.slot = .max
        vote.data.target.epoch = .max
        var outcome = validator.validateBeaconAttestationGossip(vote, fixture.gossip, currentTimeMs: .max, subnetID: 0)
        #expect(outcome != .accept)
        vote.committeeIndex = .max
        outcome = validator.validateBeaconAttestationGossip(vote, fixture.gossip, currentTimeMs: fixture.now, subnetID: .max)
        #expect(outcome == .reject(.committeeOutOfRange))

        var block = SignedBeaconBlock(default: .pol)
        block.message.slot = .max
        block.message.proposerIndex = .max
        #expect(validator.validateBeaconBlockGossip(block, fixture.gossip, currentTimeMs: .max) == .ignore(.parentUnknown))
        block.message.parentRoot = fixture.gossip.headRoot
        #expect(validator.validateBeaconBlockGossip(block, fixture.gossip, currentTimeMs: .max) == .reject(.proposerOutOfRange))

        let exit = SignedVoluntaryExit(message: VoluntaryExit(epoch: .max, validatorIndex: .max), signature: BLSSignature())
        #expect(validator.validateVoluntaryExitGossip(exit, fixture.gossip, currentTimeMs: 0) == .ignore(.exitFromFuture))
        let message = SyncCommitteeMessage(slot: .max, beaconBlockRoot: .zero, validatorIndex: .max, signature: BLSSignature())
        outcome = validator.validateSyncCommitteeMessageGossip(message, fixture.gossip, currentTimeMs: .max, subnetID: .max)
        #expect(outcome != .accept)

        var aggregate = SignedAggregateAndProof(default: .pol)
        aggregate.message.aggregatorIndex = .max
        outcome = validator.validateBeaconAggregateAndProofGossip(aggregate, fixture.gossip, currentTimeMs: fixture.now)
        #expect(outcome == .reject(.aggregateCommittees))
        let contribution = SignedContributionAndProof(default: .pol)
        outcome = validator.validateSyncCommitteeContributionAndProofGossip(contribution, fixture.gossip, currentTimeMs: fixture.now)
        #expect(outcome == .ignore(.contributionSlot))
    }

    /// The topics of our fork are unknown to Ethereum's.
    @Test func otherFork() throws {
        var header = ExecutionPayloadHeader(default: .minimal)
        header.timestamp = TestChain.genesisTime
        let pre = try CachedBeaconState.genesisState(
            spec: .minimal,
            validators: fixture.chain.secrets.map {
                GenesisValidator(pubkey: $0.publicKey.bytes, withdrawalAddress: .zero, balance: 32_000_000_000)
            }, genesisTime: TestChain.genesisTime, executionHeader: header,
            learning: LearningState(default: .minimal))
        let gossip = GossipChain(
            forkChoice: ForkChoice(anchorRoot: .zero, anchorState: pre), headRoot: .zero, headState: pre, stateAfter: { _ in nil })
        let vote = try fixture.chain.vote(0, fixture.chain.ack())
        #expect(validator.validateUpdateAckGossip(vote, gossip, currentTimeMs: fixture.now) == .ignore(.wrongFork))
        #expect(validator.validateUpdateCandidateGossip(UpdateCandidate(), gossip, currentTimeMs: fixture.now) == .ignore(.wrongFork))
        let slashing = AckQuorumSlashing(default: .pol)
        #expect(validator.validateAckQuorumSlashingGossip(slashing, gossip, currentTimeMs: fixture.now) == .ignore(.wrongFork))
    }
}
