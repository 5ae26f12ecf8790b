import BLS
import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import TestChains
import Testing

@testable import BeaconNode

@Suite("Attestations and aggregates")
struct AttestationPoolTests {
    @Test("All single votes of a slot enter the next block as one attestation")
    func singles() async throws {
        try await OperationChain.with { chain in
            try await chain.extend(to: 1)
            try await chain.node.submitAttestations(try await chain.votes(1))
            #expect(await chain.node.pooledAttestations(slot: 1, committeeIndex: nil).count == 1)
            #expect(await chain.node.pooledAttestations(slot: 1, committeeIndex: 1).isEmpty)
            let attestations = try await chain.extend(to: 2).message.body.attestations
            #expect(attestations.count == 1)
            #expect(attestations.first?.aggregationBits.setCount == 4 && attestations.first?.committeeBits.setIndices == [0])
        }
    }

    @Test("Bad votes are named by their place; good ones beside them count")
    func refusals() async throws {
        try await OperationChain.with { chain in
            try await chain.extend(to: 1)
            var votes = try await chain.votes(1)
            votes[1].signature = votes[0].signature
            votes[2].committeeIndex = 1
            var future = votes[0]
            future.data.slot = 9
            var unknown = votes[0]
            unknown.data.beaconBlockRoot = .filled(0x55)
            var target = votes[0]
            target.data.target.root = .filled(0x55)
            do {
                try await chain.node.submitAttestations(votes + [future, unknown, target])
                Issue.record("accepted")
            } catch let refused as SubmissionRefused {
                #expect(refused.failures.map(\.index) == [1, 2, 4, 5, 6])
                let expected = ["attestation signature", "committee 1", "future", "not known", "checkpoint"]
                for (failure, text) in zip(refused.failures, expected) { #expect(failure.message.contains(text), "\(failure.message)") }
            }
            #expect(try await chain.extend(to: 2).message.body.attestations.first?.aggregationBits.setCount == 2)
        }
    }

    /// An aggregate of the given single votes by `aggregator`.
    private func aggregate(_ votes: [SingleAttestation], by aggregator: ValidatorIndex, _ chain: OperationChain) async throws
        -> SignedAggregateAndProof
    {
        let data = try #require(votes.first).data
        let state = CachedBeaconState(try await chain.head(), spec: chain.spec)
        let committee = Array(try state.getBeaconCommittee(data.slot, 0))
        let attestation = Attestation(
            aggregationBits: Bitlist(committee.map { member in votes.contains { $0.attesterIndex == member } }), data: data,
            signature: try BLS.aggregate(votes.map(\.signature)), committeeBits: [true])
        let message = AggregateAndProof(
            aggregatorIndex: aggregator, aggregate: attestation,
            selectionProof: try await chain.sign(data.slot.hashTreeRoot(), Constant.domainSelectionProof, data.slot, by: aggregator))
        return SignedAggregateAndProof(
            message: message,
            signature: try await chain.sign(message.hashTreeRoot(chain.spec), Constant.domainAggregateAndProof, data.slot, by: aggregator))
    }

    @Test("Disjoint aggregates and single votes are joined")
    func aggregates() async throws {
        try await OperationChain.with(validators: 6) { chain in
            try await chain.extend(to: 1)
            let votes = try await chain.votes(1)
            try await chain.node.submitAggregates([
                try await aggregate(Array(votes[0...1]), by: 0, chain), try await aggregate(Array(votes[2...3]), by: 1, chain),
            ])
            try await chain.node.submitAttestations([votes[4]])
            let best = try await chain.node.aggregateAttestation(
                slot: 1, dataRoot: votes[0].data.hashTreeRoot(chain.spec), committeeIndex: 0)
            #expect(best?.aggregationBits.setCount == 5)
            #expect(try await chain.node.aggregateAttestation(slot: 1, dataRoot: .zero, committeeIndex: 0) == nil)
            let attestations = try await chain.extend(to: 2).message.body.attestations
            #expect(attestations.map(\.aggregationBits.setCount) == [5])
        }
    }

    @Test("Overlapping aggregates enter as two attestations while each brings a new vote")
    func overlap() async throws {
        try await OperationChain.with(validators: 6) { chain in
            try await chain.extend(to: 1)
            let votes = try await chain.votes(1)
            try await chain.node.submitAggregates([
                try await aggregate(Array(votes[0...3]), by: 0, chain), try await aggregate(Array(votes[2...4]), by: 1, chain),
            ])
            let counts = try await chain.extend(to: 2).message.body.attestations.map(\.aggregationBits.setCount)
            #expect(counts == [4, 3])
        }
    }

    @Test("An aggregate with a forged part is refused")
    func forgedAggregate() async throws {
        try await OperationChain.with { chain in
            try await chain.extend(to: 1)
            let votes = try await chain.votes(1)
            let good = try await aggregate(votes, by: 0, chain)
            var proof = good
            proof.message.selectionProof = votes[0].signature
            var signature = good
            signature.signature = votes[0].signature
            var bits = good
            bits.message.aggregate.aggregationBits[0] = false
            var stranger = good
            stranger.message.aggregatorIndex = 9
            var committees = good
            committees.message.aggregate.committeeBits[0] = false
            do {
                try await chain.node.submitAggregates([proof, signature, good, bits, stranger, committees])
                Issue.record("accepted")
            } catch let refused as SubmissionRefused {
                #expect(refused.failures.map(\.index) == [0, 1, 3, 4, 5])
            }
        }
    }

    @Test("The pool keeps no aggregate that another contains")
    func subsets() throws {
        var pool = AttestationPool()
        let key = AttestationPool.Key(data: AttestationData(), committee: 0)
        func part(_ bits: [Bool]) -> AttestationPool.Aggregate { .init(bits: Bitlist(bits), signature: BLS.infinitySignature) }
        pool.insert(part([true, false, false]), for: key)
        pool.insert(part([true, true, false]), for: key)
        #expect(pool.count == 1)
        pool.insert(part([false, true, false]), for: key)
        #expect(pool.count == 1)
        pool.insert(part([false, false, true]), for: key)
        #expect(pool.count == 2)
        #expect(pool.data(AttestationData().hashTreeRoot(.pol)) == AttestationData())
        pool.prune(before: 1)
        #expect(pool.count == 0 && pool.data(AttestationData().hashTreeRoot(.pol)) == nil)
    }
}
