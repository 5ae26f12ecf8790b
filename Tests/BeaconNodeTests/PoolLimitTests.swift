import BeaconTypes
import Primitives
import ServiceInterfaces
import TestChains
import Testing

@testable import BeaconNode

@Suite("Pools are bounded and forget")
struct PoolLimitTests {
    @Test("A full pool refuses what is new, keeps what it has, and has room again after removals")
    func full() throws {
        var pool = KeyedPool<Int, String>(limit: 2)
        try pool.insert("one", for: 1)
        try pool.insert("two", for: 2)
        try pool.insert("another one", for: 1)
        #expect(pool.operations == ["one", "two"])
        #expect(throws: SubmissionRefused.self) { try pool.insert("three", for: 3) }
        pool.removeAll { $0 == "one" }
        try pool.insert("three", for: 3)
        #expect(pool.operations == ["two", "three"] && pool.count == 2)
    }

    @Test("What a final block holds leaves the pools; what is still open stays")
    func pruning() async throws {
        try await OperationChain.with(validators: 6, exitableAt: 3) { chain in
            try await chain.extend(to: 1)
            try await chain.node.submit(try await chain.proposerSlashing(5))
            // Valid only from epoch 100 on, so never pooled.
            let later = try await chain.exit(0, epoch: 100)
            await #expect(throws: SubmissionRefused.self) { try await chain.node.submit(later) }
            for slot in 2...14 as ClosedRange<Slot> {
                // A slashed proposer's slot stays empty.
                chain.enter(slot)
                if try await chain.node.proposerDuties(epoch: slot).first?.validatorIndex == 5, slot > 2 { continue }
                try await chain.extend(to: slot)
                try await chain.node.submitAttestations(try await chain.votes(slot))
                if slot == 4 { try await chain.node.submit(try await chain.exit(1)) }
            }
            #expect(try await chain.head().finalizedCheckpoint.epoch > 2)
            #expect(await chain.node.pooledProposerSlashings().isEmpty)
            try await chain.node.submit(try await chain.exit(2))
            #expect(await chain.node.pooledVoluntaryExits().map(\.message.validatorIndex).last == 2)
        }
    }
}
