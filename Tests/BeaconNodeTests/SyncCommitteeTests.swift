import BLS
import BeaconNode
import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import TestChains
import Testing

@Suite("Sync committee: messages, contributions, aggregates")
struct SyncCommitteeTests {
    private func message(_ slot: Slot, by validator: ValidatorIndex, _ chain: OperationChain) async throws -> SyncCommitteeMessage {
        let root = try await chain.node.headRoot()
        return SyncCommitteeMessage(
            slot: slot, beaconBlockRoot: root, validatorIndex: validator,
            signature: try await chain.sign(root, Constant.domainSyncCommittee, slot, by: validator))
    }

    @Test("Everybody's messages fill the next block's aggregate")
    func messages() async throws {
        try await OperationChain.with { chain in
            let size = Int(chain.spec.preset.syncCommitteeSize)
            #expect(try await chain.extend(to: 1).message.body.syncAggregate.syncCommitteeBits.setCount == 0)
            let duties = try await chain.node.syncDuties(epoch: 1, indices: [0, 1, 2, 3, 99])
            #expect(Set(duties.flatMap(\.syncCommitteeIndices)) == Set(0..<UInt64(size)))
            #expect(duties.reduce(0) { $0 + $1.syncCommitteeIndices.count } == size)
            var messages: [SyncCommitteeMessage] = []
            for duty in duties { messages.append(try await message(1, by: duty.validatorIndex, chain)) }
            try await chain.node.submitSyncCommitteeMessages(messages)
            #expect(try await chain.extend(to: 2).message.body.syncAggregate.syncCommitteeBits.setCount == size)
            // A block two slots later has no use for them.
            #expect(try await chain.extend(to: 3).message.body.syncAggregate.syncCommitteeBits.setCount == 0)
        }
    }

    @Test("Contributions and messages add up")
    func contributions() async throws {
        try await OperationChain.with { chain in
            try await chain.extend(to: 1)
            let duties = try await chain.node.syncDuties(epoch: 1, indices: [0, 1, 2, 3])
            let root = try await chain.node.headRoot()
            // A second node gathers the messages of three members and offers its contributions to the first.
            let first = try #require(duties.first)
            var others: [SyncCommitteeMessage] = []
            for duty in duties.dropFirst() { others.append(try await message(1, by: duty.validatorIndex, chain)) }
            try await chain.node.submitSyncCommitteeMessages(others)
            var signed: [SignedContributionAndProof] = []
            for subcommittee in 0..<Constant.syncCommitteeSubnetCount {
                let contribution = try await chain.node.syncCommitteeContribution(slot: 1, subcommitteeIndex: subcommittee, blockRoot: root)
                guard let contribution, let aggregator = aggregator(of: subcommittee, duties, chain) else { continue }
                let selection = SyncAggregatorSelectionData(slot: 1, subcommitteeIndex: subcommittee)
                let proof = ContributionAndProof(
                    aggregatorIndex: aggregator, contribution: contribution,
                    selectionProof: try await chain.sign(
                        selection.hashTreeRoot(chain.spec), Constant.domainSyncCommitteeSelectionProof, 1, by: aggregator))
                signed.append(
                    SignedContributionAndProof(
                        message: proof,
                        signature: try await chain.sign(
                            proof.hashTreeRoot(chain.spec), Constant.domainContributionAndProof, 1, by: aggregator)))
            }
            #expect(!signed.isEmpty)
            var forged = signed[0]
            forged.signature = forged.message.selectionProof
            do {
                try await chain.node.submitContributions([forged] + signed)
                Issue.record("accepted")
            } catch let refused as SubmissionRefused {
                #expect(refused.failures.map(\.index) == [0])
            }
            try await chain.node.submitSyncCommitteeMessages([try await message(1, by: first.validatorIndex, chain)])
            let bits = try await chain.extend(to: 2).message.body.syncAggregate.syncCommitteeBits
            #expect(bits.setCount == bits.count)
        }
    }

    private func aggregator(of subcommittee: UInt64, _ duties: [SyncDuty], _ chain: OperationChain) -> ValidatorIndex? {
        let size = chain.spec.preset.syncCommitteeSize / Constant.syncCommitteeSubnetCount
        return duties.first { $0.syncCommitteeIndices.contains { $0 / size == subcommittee } }?.validatorIndex
    }

    @Test("Bad messages are named by their place")
    func refusals() async throws {
        try await OperationChain.with { chain in
            try await chain.extend(to: 1)
            let member = try #require(try await chain.node.syncDuties(epoch: 1, indices: [0, 1, 2, 3]).first).validatorIndex
            let good = try await message(1, by: member, chain)
            var old = good
            old.slot = 9
            var unknown = good
            unknown.beaconBlockRoot = .filled(0x55)
            var stranger = good
            stranger.validatorIndex = 55
            var forged = good
            forged.signature[1] ^= 1
            do {
                try await chain.node.submitSyncCommitteeMessages([old, unknown, good, stranger, forged])
                Issue.record("accepted")
            } catch let refused as SubmissionRefused {
                // The forged one comes after the good one: a member's first signature stands.
                #expect(refused.failures.map(\.index) == [0, 1, 3])
            }
            do {
                _ = try await chain.node.syncDuties(epoch: 100_000, indices: [0])
                Issue.record("a far epoch has no known committee")
            } catch is SubmissionRefused {}
        }
    }
}
