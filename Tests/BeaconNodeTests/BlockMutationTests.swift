import BeaconNode
import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import TestChains
import TestSupport
import Testing

@Suite("Damaged blocks are refused, whatever the damage")
struct BlockMutationTests {
    /// A block with one of each operation that four validators can fill.
    private func fullBlock(_ chain: OperationChain) async throws -> SignedBeaconBlock {
        try await chain.extend(to: 1)
        try await chain.node.submitAttestations(try await chain.votes(1))
        try await chain.node.submitSyncCommitteeMessages(try await chain.syncMessages(1))
        try await chain.node.submit(try await chain.exit(0))
        try await chain.node.submit(try await chain.proposerSlashing(1))
        try await chain.node.submit(try await chain.attesterSlashing(2))
        chain.enter(2)
        return try await chain.signedBlock(2)
    }

    @Test("Every mutated block that decodes is judged without a crash, with signatures on trust too")
    func mutations() async throws {
        try await OperationChain.with { chain in
            let block = try await fullBlock(chain)
            #expect(block.message.body.attesterSlashings.count == 1 && block.message.body.proposerSlashings.count == 1)
            let pre = CachedBeaconState(try await chain.head(), spec: chain.spec)
            let bytes = block.serialize(chain.spec)
            var generator = SeededGenerator(seed: 7)
            var decoded = 0
            for _ in 0..<120 {
                var damaged = bytes
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let place = Int.random(in: damaged.indices, using: &generator)
                    damaged[place] = [0, 1, 0xff, damaged[place] ^ 1, damaged[place] &+ 1].randomElement(using: &generator) ?? 0
                }
                guard damaged != bytes, let mutated = try? SignedBeaconBlock(deserializing: damaged, chain.spec) else { continue }
                decoded += 1
                var trusted = pre
                // A slot out of reach costs a state root for each slot on the way: the node checks that before.
                if mutated.message.slot <= 4 {
                    #expect(throws: StateTransitionError.self) {
                        try trusted.stateTransition(mutated, strategy: .trusted)
                        // Nothing but the block's signature may differ from the true block.
                        if mutated.message == block.message { throw StateTransitionError(.blockSignature) }
                    }
                }
                await #expect(throws: (any Error).self) { try await chain.node.publishBlock(mutated) }
            }
            #expect(decoded > 60)
            try await chain.node.publishBlock(block)
            #expect(try await chain.node.headRoot() == block.message.hashTreeRoot(chain.spec))
        }
    }
}
