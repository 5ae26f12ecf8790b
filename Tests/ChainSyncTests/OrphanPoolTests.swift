import BeaconTypes
import ChainSync
import Primitives
import SSZOracle
import TestSupport
import Testing

@Suite("Blocks that wait for their parents")
struct OrphanPoolTests {
    private func link(_ slot: UInt64, _ parent: Root, salt: UInt64 = 0, size: Int = 100) -> SimulatedLink {
        SimulatedLink(slot: slot, root: SimulatedSync.root(slot, salt), parent: parent, size: size, block: SimulatedBlock())
    }

    @Test("A branch asks for the parent of its first block, and comes out in order")
    func branch() {
        var pool = OrphanPool<Int, SimulatedBlock>()
        let first = link(1, .zero)
        let second = link(2, first.root)
        let third = link(3, second.root)
        pool.insert(third, from: 7, now: 0)
        #expect(pool.missingParents == [second.root: [7]])
        pool.insert(second, from: 8, now: 0)
        #expect(pool.missingParents == [first.root: [8]])
        let children = pool.takeChildren(of: first.root).map(\.link.slot)
        let grandchildren = pool.takeChildren(of: second.root).map(\.link.slot)
        #expect(children == [2] && grandchildren == [3])
        #expect(pool.count == 0 && pool.bytes == 0 && pool.missingParents.isEmpty)
    }

    @Test("What builds on a refused block goes with it")
    func discard() {
        var pool = OrphanPool<Int, SimulatedBlock>()
        let refused = link(1, .zero)
        let second = link(2, refused.root)
        pool.insert(second, from: 1, now: 0)
        pool.insert(link(3, second.root), from: 2, now: 0)
        pool.insert(link(3, .zero, salt: 9), from: 3, now: 0)
        let sources = pool.discard(descendantsOf: refused.root)
        #expect(sources == [1, 2])
        #expect(pool.count == 1)
    }

    @Test("Bounds hold whatever comes, and who sends little keeps its place")
    func bounds() {
        var limits = OrphanPool<Int, SimulatedBlock>.Limits()
        (limits.blocks, limits.bytes, limits.blocksPerSource) = (32, 4000, 16)
        for seed in 1...20 {
            var random = SeededGenerator(seed: UInt64(seed))
            var pool = OrphanPool<Int, SimulatedBlock>(limits: limits)
            let modest = link(1, .zero, salt: 77, size: 50)
            pool.insert(modest, from: 100, now: 0)
            for step in 0..<500 {
                let slot = UInt64.random(in: 2...40, using: &random)
                let parent = SimulatedSync.root(slot - 1, UInt64.random(in: 0...3, using: &random))
                pool.insert(
                    link(slot, parent, salt: UInt64.random(in: 0...3, using: &random), size: Int.random(in: 1...500, using: &random)),
                    from: Int.random(in: 0...4, using: &random), now: Double(step))
                #expect(pool.count <= 32 && pool.bytes <= 4000)
                for source in 0...4 { #expect(pool.count(of: source) <= 16) }
                if step % 50 == 49 { pool.prune(finalized: UInt64(step / 50), heldBefore: Double(step) - 400) }
                if step % 50 == 20 { _ = pool.takeChildren(of: parent) }
                if step < 49 { #expect(pool.contains(modest.root)) }
            }
            pool.prune(finalized: 100, heldBefore: 0)
            #expect(pool.count == 0 && pool.bytes == 0 && pool.missingParents.isEmpty)
        }
    }

    @Test("A block larger than the pool is not taken")
    func tooLarge() {
        var pool = OrphanPool<Int, SimulatedBlock>()
        let isHeld = pool.insert(link(1, .zero, size: 33 << 20), from: 1, now: 0)
        #expect(!isHeld && pool.count == 0)
    }
}

@Suite("Search for parents")
struct ParentSearchTests {
    private let root = SimulatedSync.root(1, 1)

    @Test("Whoever sent the child is asked first, then everybody, and the search never ends")
    func neverEnds() {
        var search = ParentSearch<Int>()
        search.want([root: [2]])
        var (now, asked) = (0.0, [Int]())
        var times: [Double] = []
        while now < 3600 {
            let requests = search.next(now: now, sources: [1, 2, 3])
            for request in requests {
                asked.append(request.source)
                times.append(now)
                search.missed(request)
            }
            if requests.isEmpty { now = search.nextDeadline(after: now) ?? .infinity }
        }
        #expect(asked.prefix(3).first == 2)
        #expect(Set(asked.prefix(3)) == [1, 2, 3])
        // Pauses grow to half a minute: some 120 rounds in an hour, none left out.
        #expect(asked.count > 300 && asked.count < 450)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 <= 30 })
    }

    @Test("One question at a time for a block; one without an answer is given up in time")
    func timeout() throws {
        var search = ParentSearch<Int>()
        search.want([root: []])
        let atOnce = search.next(now: 0, sources: [1, 2])
        let first = try #require(atOnce.first)
        let early = search.next(now: 19, sources: [1, 2])
        #expect(early.isEmpty)
        let later = search.next(now: 20, sources: [1, 2])
        let second = try #require(later.first)
        #expect(first.source != second.source)
        search.missed(first)
        let again = search.next(now: 21, sources: [1, 2])
        #expect(again.isEmpty, "the second question is still open")
    }

    @Test("What nobody waits for is no longer looked for, and not too much at once")
    func wanted() {
        var search = ParentSearch<Int>(limit: 4)
        search.want(Dictionary(uniqueKeysWithValues: (0..<10).map { (SimulatedSync.root(UInt64($0), 0), []) }))
        let first = search.next(now: 0, sources: [1])
        #expect(first.count == 4)
        search.want([root: []])
        let second = search.next(now: 0, sources: [1])
        #expect(second.map(\.root) == [root])
        search.want([:])
        #expect(search.count == 0)
    }
}
