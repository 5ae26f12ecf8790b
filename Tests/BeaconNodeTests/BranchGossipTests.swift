import BLS
import BeaconTypes
import GossipValidation
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import Testing

@testable import BeaconNode

/// What comes by gossip from those who follow another branch.
@Suite struct BranchGossipTests {
    /// With epochs of one slot, two branches draw their committees otherwise two slots after they parted: an aggregate is judged by
    /// the committee of the branch that it votes for, and its sender is no liar.
    @Test func anAggregateIsJudgedByTheCommitteeOfItsBranch() async throws {
        let (here, there) = (try TestChain(validators: 8), try TestChain(validators: 8))
        for slot in 1...2 as ClosedRange<Slot> {
            let block = try await here.advance(slot)
            try await there.goTo(slot)
            try await there.node.importBlock(block)
            try await there.attest(slot)
        }
        var branch: [SignedBeaconBlock] = []
        for slot in 3...7 as ClosedRange<Slot> {
            // Neither side has two thirds, so nothing that parts them becomes final; this side has more.
            try await step(here, slot, without: 5...7)
            // The reveal that is missing draws other committees.
            if slot == 3 { try await there.goTo(slot) } else { branch.append(try await step(there, slot, without: 0...4)) }
        }
        for block in branch { try await here.node.importBlock(block) }
        let head = try #require(branch.last).message.hashTreeRoot(.pol)
        #expect(await here.node.head.root != head)
        let committee = Array(try await there.node.stateAfter(head).getBeaconCommittee(7, 0))
        let heads = Array(try await here.node.head.state.getBeaconCommittee(7, 0))
        #expect(committee != heads)

        let signed = try await aggregate(by: Array(committee.prefix(3)), of: committee, there)
        #expect(await here.node.judge(.beaconAggregateAndProof(signed), with: GossipJudge()) == .accept)
        try await here.node.submitAggregates([signed])
        #expect(await here.node.pooledAttestations(slot: 7, committeeIndex: 0).contains { $0.data.beaconBlockRoot == head })
        // So is a single vote, whose subnet is the branch's too.
        let single = try await there.vote(signed.message.aggregate.data, committee[3])
        #expect(await here.node.attestationSubnet(of: single) == 0)
        let judge = GossipJudge()
        #expect(await here.node.judge(.beaconAttestation(single, subnet: 0), with: judge) == .accept)
        // Who has voted in this epoch has no state made for another vote: this one's could not be had.
        var data = single.data
        data.target.root = try #require(branch.first).message.hashTreeRoot(.pol)
        let again = try await there.vote(data, committee[3])
        #expect(await here.node.judge(.beaconAttestation(again, subnet: 0), with: GossipJudge()) == .ignore(.stateUnavailable))
        #expect(await here.node.judge(.beaconAttestation(again, subnet: 0), with: judge) == .ignore(.attestationSeen))
        // Those who did not sign are still found out.
        let forged = try await aggregate(by: Array(committee.prefix(3)), of: committee.reversed(), there)
        #expect(await here.node.judge(.beaconAggregateAndProof(forged), with: GossipJudge()) == .reject(.aggregateSignature))
    }

    /// Gossip passes a second block of a proposer and slot over; the slasher sees it, and sees it once.
    @Test func aSecondProposalIsShownToTheSlasher() async throws {
        let chain = try TestChain(validators: 4)
        try await chain.goTo(1)
        let first = try await chain.propose(1)
        var other = first.message
        other.body.graffiti = Bytes32(repeatElement(9, count: 32)) ?? .zero
        let second = try await chain.sign(other)
        let (shown, sink) = AsyncStream.makeStream(of: SignedBeaconBlock.self)
        await chain.node.setRefusedBlockObserver(Watch(sink: sink))
        let judge = GossipJudge()
        #expect(await chain.node.judge(.beaconBlock(first), with: judge) == .accept)
        for block in [second, second, first] { #expect(await chain.node.judge(.beaconBlock(block), with: judge) == .ignore(.blockSeen)) }
        var seen: [Bytes32] = []
        for await block in shown {
            seen.append(block.message.body.graffiti)
            if seen.count == 2 { break }
        }
        // The first one again is no offence, and nobody knows before it is compared.
        #expect(Set(seen) == [other.body.graffiti, first.message.body.graffiti])
    }

    private struct Watch: RefusedBlockObserver {
        let sink: AsyncStream<SignedBeaconBlock>.Continuation
        func refused(_ block: SignedBeaconBlock) async { sink.yield(block) }
    }

    @Test func ofSecondProposalsNotTooManyAreLookedAt() {
        let seconds = SecondProposals()
        func isNew(_ slot: Slot, _ number: Int) -> Bool {
            var block = SignedBeaconBlock(message: BeaconBlock(default: .pol), signature: BLSSignature())
            block.message.slot = slot
            block.signature = BLSSignature(UInt64(number).bigEndianBytes + [UInt8](repeating: 0, count: 88)) ?? BLSSignature()
            return seconds.isNew(block)
        }
        let (one, again, others) = (isNew(1, 0), isNew(1, 0), (1...300).count { isNew(1, $0) })
        #expect(one && !again && others == 255)
        // The newest slots count, and what is older than those is not looked at.
        let later = (2...10).allSatisfy { isNew($0, 0) }
        #expect(later && !isNew(1, 301) && isNew(11, 0))
    }

    /// Anybody may name any block in a vote: where its chain cannot be judged by, nobody is held to account.
    @Test func aVoteForABranchLeftLongAgoIsIgnored() async throws {
        let chain = try TestChain(validators: 4)
        try await chain.advance(1)
        let old = await chain.node.head.root
        for slot in 2...6 as ClosedRange<Slot> { try await chain.advance(slot) }
        var data = try await chain.node.attestationData(slot: 6, committeeIndex: 0)
        data.beaconBlockRoot = old
        let vote = try await chain.vote(data, 0)
        let outcome = await chain.node.judge(.beaconAttestation(vote, subnet: 0), with: GossipJudge())
        #expect(outcome == .ignore(.votedBlockUnknown))
    }

    /// A block, and the votes of those who are there.
    @discardableResult
    private func step(_ chain: TestChain, _ slot: Slot, without absent: ClosedRange<ValidatorIndex>) async throws -> SignedBeaconBlock {
        try await chain.goTo(slot)
        let block = try await chain.propose(slot)
        try await chain.node.publishBlock(block)
        try await chain.attest(slot, except: Set(absent))
        return block
    }

    /// The votes of slot 7 for the head, by some of a committee, as one.
    private func aggregate(by voters: [ValidatorIndex], of committee: [ValidatorIndex], _ chain: TestChain) async throws
        -> SignedAggregateAndProof
    {
        let data = try await chain.node.attestationData(slot: 7, committeeIndex: 0)
        var signatures: [BLSSignature] = []
        for voter in voters { signatures.append(try await chain.vote(data, voter).signature) }
        let attestation = Attestation(
            aggregationBits: Bitlist(committee.map { voters.contains($0) }), data: data, signature: try BLS.aggregate(signatures),
            committeeBits: [true])
        let key = chain.keys[Int(voters[0])]
        let selection = computeSigningRoot(
            objectRoot: data.slot.hashTreeRoot(), try await chain.domain(Constant.domainSelectionProof, data.slot))
        let message = AggregateAndProof(
            aggregatorIndex: voters[0], aggregate: attestation, selectionProof: key.sign(selection))
        let root = computeSigningRoot(message, try await chain.domain(Constant.domainAggregateAndProof, data.slot), chain.spec)
        return SignedAggregateAndProof(message: message, signature: key.sign(root))
    }
}
