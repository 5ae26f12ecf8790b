import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import TestChains
import Testing

@testable import BeaconNode

/// What roles beside a beacon node ask: ``BeaconChainReader``, ``BlockHistory``, ``EvidenceTaking``, ``OperationEventSource``.
@Suite("Contract: a beacon node for its readers", .timeLimit(.minutes(1)))
struct ReaderContractTests {
    @Test("Blocks and states are found by name, slot and root", arguments: Side.allCases)
    func blocksAndStates(_ side: Side) async throws {
        try await BeaconBench.with(side, slots: 3) { bench in
            let (chain, client) = (bench.chain, bench.client)
            let truth = try #require(try chain.node.block(.slot(2)))
            for id in [.slot(2), .root(truth.root)] as [BlockID] {
                let found = try #require(try await client.block(id))
                #expect(found.root == truth.root && found.block == truth.block && found.isCanonical && !found.isFinalized)
                #expect(!found.isOptimistic)
                let state = try #require(try await client.state(id))
                #expect(state.state == (try chain.node.state(id))?.state)
                #expect(try await client.blockRoot(id) == truth.root)
            }
            for id in [.slot(40), .root(.filled(9))] as [BlockID] {
                #expect(try await client.block(id) == nil)
                #expect(try await client.state(id) == nil)
            }
            #expect(try await client.blockRoot(.slot(40)) == nil)
            let status = await client.syncStatus()
            #expect(status.headSlot == 3 && status.syncDistance == 0 && !status.isSyncing && !status.isExecutionOffline)
        }
    }

    @Test("The share of the stake that does not vote is told, and since when", arguments: Side.allCases)
    func absentStake(_ side: Side) async throws {
        try await BeaconBench.with(side, slots: 1) { bench in
            let (chain, client) = (bench.chain, bench.client)
            let stake = chain.spec.preset.minActivationBalance
            let all = AbsentStake(absent: 0, active: 4 * stake, absentValidators: 0, activeValidators: 4, indices: [], since: nil)
            #expect(try await client.absentStake() == all)
            // From slot 1 on three of the four vote; epoch 0 passed without anybody's vote.
            for slot in 2...7 as ClosedRange<Slot> {
                try await chain.node.submitAttestations(try await chain.votes(slot - 1, by: [0, 1, 3]))
                try await chain.extend(to: slot)
            }
            #expect(
                try await client.absentStake()
                    == AbsentStake(absent: stake, active: 4 * stake, absentValidators: 1, activeValidators: 4, indices: [2], since: 0))
        }
    }

    @Test("The blocks of a range are listed by slot, those of other branches too", arguments: Side.allCases)
    func history(_ side: Side) async throws {
        try await BeaconBench.with(side, slots: 3) { bench in
            let (chain, client) = (bench.chain, bench.client)
            let truth = try chain.node.blocks(in: 1...9)
            #expect(truth.map(\.slot) == [1, 2, 3])
            #expect(try await client.blocks(in: 1...9) == truth)
            #expect(try await client.blocks(in: 7...9).isEmpty)
        }
    }

    @Test("Evidence that is none is refused by its rule", arguments: Side.allCases)
    func evidence(_ side: Side) async throws {
        try await BeaconBench.with(side) { bench in
            let (chain, client) = (bench.chain, bench.client)
            let spec = chain.spec
            let offers: [@Sendable (any EvidenceTaking) async throws -> Void] = [
                { try await $0.submit(ProposerSlashing(default: spec)) }, { try await $0.submit(AttesterSlashing(default: spec)) },
                { try await $0.submit(AckContradiction(default: spec)) }, { try await $0.submit(AckQuorumSlashing(default: spec)) },
            ]
            for offer in offers {
                let truth = await refusal { try await offer(chain.node) }
                let told = await refusal { try await offer(client) }
                #expect(told?.rule == truth?.rule && told?.fault == truth?.fault && told != nil)
            }
        }
    }

    @Test("Single votes are told as they are taken", arguments: Side.allCases)
    func operations(_ side: Side) async throws {
        try await BeaconBench.with(side) { bench in
            let (chain, client) = (bench.chain, bench.client)
            let (votes, open) = (try await chain.votes(2), chain.node.subscriberCount)
            let told = await client.operationEvents()
            // The door listens to the chain first, then to its operations.
            while side == .overREST, chain.node.subscriberCount == open { await Task.yield() }
            for _ in 0..<1000 { await Task.yield() }
            try await client.submitAttestations(votes)
            var iterator = told.makeAsyncIterator()
            guard case .singleAttestation(let vote) = await iterator.next() else {
                Issue.record("no vote is told")
                return
            }
            #expect(votes.contains(vote))
        }
    }
}
