import BLS
import BeaconNode
import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import TestChains
import Testing

/// What validator clients ask: ``BeaconNodeClient``, ``CommitteeDuties``, ``ValidatorStandingReader``.
@Suite("Contract: a beacon node for validators", .timeLimit(.minutes(1)))
struct ValidatorContractTests {
    @Test("Validators are found by their keys, and signatures bound to the chain", arguments: Side.allCases)
    func lookup(_ side: Side) async throws {
        try await BeaconBench.with(side) { bench in
            let (chain, client) = (bench.chain, bench.client)
            let keys = chain.keys.map(\.publicKey.bytes)
            let unknown = BLSPubkey([UInt8](repeating: 7, count: 48)) ?? BLSPubkey()
            #expect(try await client.validatorIndices(of: [keys[2], unknown, keys[0]]) == [keys[2]: 2, keys[0]: 0])
            #expect(try await client.validatorIndices(of: []).isEmpty)
            #expect(client.genesisValidatorsRoot == chain.node.genesisValidatorsRoot)
            #expect(client.clock.currentSlot == 2 && client.spec.preset == chain.spec.preset && client.spec.fork == .pol)
            #expect(try await client.fork(at: 2).currentVersion == chain.head().fork.currentVersion)
            let standings = try await client.standings(of: [1, 99])
            #expect(Set(standings.keys) == [1] && standings[1]?.status == .active)
            #expect(try await standings[1]?.balance == chain.head().balances[1])
        }
    }

    @Test("Duties are known up to the next epoch", arguments: Side.allCases)
    func duties(_ side: Side) async throws {
        try await BeaconBench.with(side) { bench in
            let (chain, client) = (bench.chain, bench.client)
            let indices = chain.keys.indices.map { ValidatorIndex($0) }
            for epoch in 2...3 as ClosedRange<Epoch> {
                #expect(try await client.proposerDuties(epoch: epoch) == chain.node.proposerDuties(epoch: epoch))
                let found = try await client.attesterDuties(epoch: epoch, indices: indices)
                #expect(try Set(found) == Set(chain.node.attesterDuties(epoch: epoch, indices: indices)) && found.count == 4)
                #expect(try await client.syncDuties(epoch: epoch, indices: [3]) == chain.node.syncDuties(epoch: epoch, indices: [3]))
            }
            let tooFar: [@Sendable () async throws -> Void] = [
                { _ = try await client.proposerDuties(epoch: 9) },
                { _ = try await client.attesterDuties(epoch: 9, indices: [0]) },
                { _ = try await client.syncDuties(epoch: 1 << 40, indices: [0]) },
            ]
            for ask in tooFar { #expect(await refusal(ask)?.fault == .sender) }
        }
    }

    @Test("Of the votes offered together those that hold are taken, the others named with their rules", arguments: Side.allCases)
    func votes(_ side: Side) async throws {
        try await BeaconBench.with(side) { bench in
            let (chain, client) = (bench.chain, bench.client)
            let data = try await client.attestationData(slot: 2, committeeIndex: 0)
            #expect(try data == chain.node.attestationData(slot: 2, committeeIndex: 0))
            var votes = try await chain.votes(2)
            votes[1].signature = votes[0].signature
            votes[3].data.slot = 90
            let refused = await refusal { try await client.submitAttestations(votes) } as? SubmissionRefused
            #expect(refused?.failures.map(\.index) == [1, 3])
            #expect(refused?.failures.map(\.fault) == [.sender, .circumstance])
            #expect(refused?.failures.first?.rule == StateTransitionError(.attestationSignature).label)
            #expect(refused?.failures.last?.rule == "future-slot")
            #expect(refused?.failures.allSatisfy { !$0.message.isEmpty } == true)
            let aggregate = try await client.aggregateAttestation(slot: 2, dataRoot: data.hashTreeRoot(client.spec), committeeIndex: 0)
            #expect(aggregate?.data == data && aggregate?.aggregationBits.setCount == 2)
            #expect(try await client.aggregateAttestation(slot: 2, dataRoot: .zero, committeeIndex: 0) == nil)
        }
    }

    @Test("Sync committee messages become contributions", arguments: Side.allCases)
    func syncCommittee(_ side: Side) async throws {
        try await BeaconBench.with(side) { bench in
            let (chain, client) = (bench.chain, bench.client)
            let root = try await client.headRoot()
            #expect(try await chain.node.blockRoot(.head) == root)
            #expect(try await client.syncCommitteeContribution(slot: 2, subcommitteeIndex: 0, blockRoot: root) == nil)
            var messages = try await chain.syncMessages(2)
            messages[0].signature = messages[1].signature
            let refused = await refusal { try await client.submitSyncCommitteeMessages(messages) } as? SubmissionRefused
            #expect(refused?.failures.map(\.index) == [0])
            let contribution = try await client.syncCommitteeContribution(slot: 2, subcommitteeIndex: 0, blockRoot: root)
            #expect(contribution?.beaconBlockRoot == root && contribution?.aggregationBits.setCount ?? 0 > 0)
            #expect(
                await refusal { _ = try await client.syncCommitteeContribution(slot: 2, subcommitteeIndex: 99, blockRoot: root) }?.fault
                    == .sender)
        }
    }

    @Test("A proposer's block becomes the head; a wrong reveal or signature is refused by its rule", arguments: Side.allCases)
    func proposals(_ side: Side) async throws {
        try await BeaconBench.with(side) { bench in
            let (chain, client) = (bench.chain, bench.client)
            chain.enter(3)
            let duty = try #require(try await client.proposerDuties(epoch: 3).first)
            let reveal = try await chain.sign(Slot(3).hashTreeRoot(), Constant.domainRandao, 3, by: duty.validatorIndex)
            let wrong = try await chain.sign(Slot(4).hashTreeRoot(), Constant.domainRandao, 3, by: duty.validatorIndex)
            await expectRefusal(StateTransitionError(.randaoReveal).label, .sender) {
                _ = try await client.produceBlock(slot: 3, randaoReveal: wrong, graffiti: .zero)
            }
            await expectRefusal("bad-request", .sender) {
                _ = try await client.produceBlock(slot: 2, randaoReveal: reveal, graffiti: .zero)
            }
            try await client.prepareProposal(slot: 3, feeRecipient: .zero)
            let block = try await client.produceBlock(slot: 3, randaoReveal: reveal, graffiti: .filled(5))
            #expect(block.body.graffiti == .filled(5) && block.proposerIndex == duty.validatorIndex)
            await expectRefusal(StateTransitionError(.blockSignature).label, .sender) {
                try await client.publishBlock(SignedBeaconBlock(message: block, signature: wrong))
            }
            let signature = try await chain.sign(
                block.hashTreeRoot(chain.spec), Constant.domainBeaconProposer, 3, by: duty.validatorIndex)
            try await client.publishBlock(SignedBeaconBlock(message: block, signature: signature))
            #expect(try await chain.node.blockRoot(.head) == block.hashTreeRoot(chain.spec))
        }
    }

    @Test("Nobody is helped to vote or to propose while others are ahead", arguments: Side.allCases)
    func syncing(_ side: Side) async throws {
        try await BeaconBench.with(side) { bench in
            let (chain, client) = (bench.chain, bench.client)
            try await chain.extend(to: 3)
            let reveal = try await chain.sign(Slot(4).hashTreeRoot(), Constant.domainRandao, 4, by: 0)
            chain.enter(4)
            chain.node.setSyncTarget(9)
            let asks: [@Sendable () async throws -> Void] = [
                { _ = try await client.attestationData(slot: 4, committeeIndex: 0) },
                { _ = try await client.produceBlock(slot: 4, randaoReveal: reveal, graffiti: .zero) },
            ]
            for ask in asks { await expectRefusal(BeaconRule.syncing, .circumstance, ask) }
            chain.node.setSyncTarget(nil)
            _ = try await client.attestationData(slot: 4, committeeIndex: 0)
        }
    }

    @Test("Nobody is helped to vote for a head that is not validated, or to build on it", arguments: Side.allCases)
    func optimistic(_ side: Side) async throws {
        try await BeaconBench.with(side) { bench in
            let (chain, client) = (bench.chain, bench.client)
            let block = try await chain.extendOptimistically(to: 3)
            let root = block.message.hashTreeRoot(chain.spec)
            let reveal = try await chain.sign(Slot(4).hashTreeRoot(), Constant.domainRandao, 4, by: 0)
            chain.enter(4)
            let asks: [@Sendable () async throws -> Void] = [
                { _ = try await client.attestationData(slot: 4, committeeIndex: 0) },
                { _ = try await client.headRoot() },
                { _ = try await client.ackCommittee(slot: 3) },
                { _ = try await client.syncCommitteeContribution(slot: 3, subcommitteeIndex: 0, blockRoot: root) },
                { _ = try await client.produceBlock(slot: 4, randaoReveal: reveal, graffiti: .zero) },
            ]
            for ask in asks { await expectRefusal(BeaconRule.optimisticHead, .circumstance, ask) }
            // Duties are told: the head may be validated by the time that they are due.
            #expect(try await client.proposerDuties(epoch: 4).count == 1)
        }
    }
}
