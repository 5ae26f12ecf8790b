import BeaconTypes
import LightClient
import Primitives
import SSZ
import TestSupport
import Testing

/// What a full node collects, against the specification's functions applied to every block.
@Suite struct CollectorTests {
    /// Adds all links and makes the last one head.
    private func collect(_ chain: SignedChain) throws -> LightClientCollector {
        var collector = LightClientCollector(chain.spec)
        for link in chain.links {
            try collector.add(link.block, root: link.root, state: link.state) { chain.block($0) }
        }
        collector.setHead(chain.last.root)
        return collector
    }

    /// The best of all updates of each period, by comparing every one of them.
    private func bestByComparing(_ chain: SignedChain) throws -> [UInt64: LightClientUpdate] {
        var best: [UInt64: LightClientUpdate] = [:]
        for index in 1..<chain.links.count where chain.links[index].block.body.syncAggregate.syncCommitteeBits.setCount > 0 {
            let update = try chain.update(index)
            let period = chain.spec.syncCommitteePeriod(at: update.signatureSlot)
            guard period == chain.spec.syncCommitteePeriod(at: update.attestedHeader.beacon.slot) else { continue }
            if best[period].map({ update.isBetter(than: $0, chain.spec) }) ?? true { best[period] = update }
        }
        return best
    }

    @Test(arguments: [1, 2, 3, 4, 5]) func findsTheBestOfEachPeriod(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var chain = try SignedChain()
        var slot: Slot = 0
        while chain.links.count < 28 {
            slot += random.next() % 5 == 0 ? 2 : 1
            let signers = [0, 1, 10, 21, 22, 32][Int(random.next() % 6)]
            let final = chain.last.block.slot > 5 ? chain.links[chain.links.count - 3].block.slot : nil
            try chain.add(slot, signers: signers, finalizing: random.next() % 2 == 0 ? final : nil)
        }
        let expected = try bestByComparing(chain)
        #expect(expected.count >= 3)
        #expect(try collect(chain).bestUpdates == expected)
    }

    @Test func newestUpdateIsTheNewestSignedBlocks() throws {
        var chain = try SignedChain()
        for slot in 1...4 as ClosedRange<Slot> { try chain.add(slot, signers: slot == 3 ? 7 : 0) }
        #expect(try collect(chain).latestUpdate == chain.update(3))
        var silent = try SignedChain()
        try silent.add(1, signers: 0)
        #expect(try collect(silent).latestUpdate == nil)
        #expect(try collect(silent).bestUpdates.isEmpty)
    }

    /// Best and newest are the head's branch's, whichever way the head moves.
    @Test func followsReorganisations() throws {
        var trunk = try SignedChain()
        try trunk.add(1, signers: 0)
        var left = trunk
        try left.add(2, signers: 32)
        var right = trunk
        try right.add(3, signers: 3)
        var collector = LightClientCollector(trunk.spec)
        for link in left.links + [right.last] {
            try collector.add(link.block, root: link.root, state: link.state) { trunk.block($0) }
        }
        for (branch, slot) in [(left, 2), (right, 3), (left, 2)] as [(SignedChain, Slot)] {
            collector.setHead(branch.last.root)
            #expect(collector.latestUpdate?.signatureSlot == slot && collector.bestUpdates[0]?.signatureSlot == slot)
        }
        collector.setHead(.zero)
        #expect(collector.latestUpdate == nil)
    }

    /// What is final comes back to be stored; with it, collecting goes on from the finalised block as if nothing had happened.
    @Test func goesOnFromTheFinalisedBlock() throws {
        var chain = try SignedChain()
        for slot in 1...13 as ClosedRange<Slot> { try chain.add(slot, signers: slot == 10 ? 32 : 12) }
        var collector = try collect(chain)
        let whole = collector.bestUpdates
        let final = collector.finalize(chain.links[11].root)
        #expect(final == whole)
        #expect(!collector.contains(chain.links[10].root) && collector.contains(chain.links[11].root))
        collector.setHead(chain.last.root)
        #expect(collector.bestUpdates == [1: try chain.update(10)])

        var resumed = LightClientCollector(chain.spec)
        for (position, link) in chain.links.dropFirst(11).enumerated() {
            try resumed.add(link.block, root: link.root, state: link.state, best: position == 0 ? final[1] : nil) { chain.block($0) }
        }
        _ = resumed.finalize(chain.links[11].root)
        resumed.setHead(chain.last.root)
        #expect(resumed.bestUpdates == collector.bestUpdates && resumed.latestUpdate == collector.latestUpdate)
        #expect(resumed.finalize(.zero).isEmpty)
    }

    /// A checkpoint of a later epoch may name the genesis block; light clients cannot be shown that.
    @Test func genesisAsALaterCheckpointIsNoFinality() throws {
        var chain = try SignedChain()
        try chain.add(1, signers: 32)
        try chain.add(2, signers: 32, finalizing: 0)
        try chain.add(3, signers: 32)
        let collector = try collect(chain)
        let update = try #require(collector.latestUpdate)
        #expect(!update.isFinalityUpdate && update.finalizedHeader == LightClientHeader(default: chain.spec))
        // While nothing is final, genesis is proved by the zero root.
        #expect(try chain.update(2).isFinalityUpdate)
    }

    /// A strict order: of two different updates at most one is better, and better than the better one is better.
    @Test func betterIsAStrictOrder() throws {
        var chain = try SignedChain()
        for slot in 1...18 as ClosedRange<Slot> {
            try chain.add(slot, signers: [32, 5, 22, 30][Int(slot % 4)], finalizing: slot > 6 && slot % 3 == 0 ? slot - 4 : nil)
        }
        var updates = try (1..<chain.links.count).map { try chain.update($0) }
        for update in updates {
            var bare = update
            bare.finalizedHeader = LightClientHeader(default: chain.spec)
            bare.finalityBranch = SSZVector(repeating: .zero, count: 7)
            updates.append(bare)
        }
        let spec = chain.spec
        for a in updates {
            #expect(!a.isBetter(than: a, spec))
            for b in updates where a.isBetter(than: b, spec) {
                #expect(!b.isBetter(than: a, spec))
                for c in updates where b.isBetter(than: c, spec) && !a.isBetter(than: c, spec) { Issue.record("not transitive") }
            }
        }
    }
}
