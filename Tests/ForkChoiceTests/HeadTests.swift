import BeaconTypes
import ForkChoice
import Primitives
import Testing

@Suite struct HeadTests {
    /// On random trees, votes, ticks and equivocations, in epochs of one and of eight slots, the flat array agrees with the
    /// specification's own words, in the head and in every weight.
    @Test(arguments: [BeaconSpec.minimal, .pol]) func agreesWithNaiveStore(spec: BeaconSpec) throws {
        var blocks = 0
        var justified: Epoch = 0
        for seed in 0..<60 {
            var twins = TwinStores(seed: UInt64(seed), spec: spec)
            for event in 0..<120 {
                let (taken, naivelyTaken) = twins.randomEvent()
                try #require(taken == naivelyTaken, "seed \(seed), event \(event)")
                try #require(try twins.store.getHead() == twins.naive.getHead(), "seed \(seed), event \(event)")
                try #require(twins.store.justifiedCheckpoint == twins.naive.justified)
                try #require(twins.store.finalizedCheckpoint == twins.naive.finalized)
                try #require(twins.store.proposerBoostRoot == twins.naive.boost)
            }
            for node in twins.store.nodes {
                try #require(try twins.store.weight(of: node.root) == twins.naive.weight(node.root), "seed \(seed)")
            }
            blocks += twins.store.nodes.count
            justified = max(justified, twins.store.justifiedCheckpoint.epoch)
        }
        // The trees are worth the comparison: they branch, and their checkpoints move.
        #expect(blocks > 1000 && justified > 2, "\(blocks) blocks, justified epoch \(justified)")
    }

    /// Pruning drops blocks and never moves the head; what is stored comes back the same.
    @Test(arguments: [BeaconSpec.minimal, .pol]) func pruningAndStorageKeepTheHead(spec: BeaconSpec) throws {
        var pruned = 0
        for seed in 100..<140 {
            var twins = TwinStores(seed: UInt64(seed), spec: spec)
            for event in 0..<150 {
                _ = twins.randomEvent()
                if event % 20 == 19 { pruned += twins.store.prune().count }
                try #require(try twins.store.getHead() == twins.naive.getHead(), "seed \(seed)")
            }
            let copy = try ForkChoice(decoding: twins.store.encoded(), settings: twins.store.settings)
            #expect(copy.encoded() == twins.store.encoded())
            #expect(try copy.getHead() == twins.store.getHead())
        }
        #expect(pruned > 0)
    }

    /// Every cut and every changed byte of a stored fork choice is either refused or read; none crashes.
    @Test func malformedStores() throws {
        var twins = TwinStores(seed: 3, spec: .pol)
        for _ in 0..<60 { _ = twins.randomEvent() }
        let bytes = twins.store.encoded()
        for count in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: ForkChoiceError.self) { try ForkChoice(decoding: Array(bytes.prefix(count)), settings: twins.store.settings) }
        }
        #expect(throws: ForkChoiceError.self) { try ForkChoice(decoding: bytes + [0], settings: twins.store.settings) }
        for index in stride(from: 0, to: bytes.count, by: 5) {
            var changed = bytes
            changed[index] ^= 0xff
            guard var store = try? ForkChoice(decoding: changed, settings: twins.store.settings) else { continue }
            _ = try? store.getHead()
            store.onTick(timeMs: .max)
            store.prune()
            _ = try? store.getHead()
        }
    }
}
