import BeaconTypes
import ChainSync
import Primitives
import SSZOracle
import ServiceInterfaces
import TestSupport
import Testing

@Suite("Range synchronisation, simulated")
struct RangeSyncTests {
    @Test("One honest source gives the whole chain, each batch asked for once")
    func honestAlone() {
        var sync = SimulatedSync(seed: 1, slots: 1000, behaviours: [.honest])
        sync.run()
        #expect(sync.finished == 1000)
        #expect(sync.chain.allSatisfy { sync.known.contains($0.root) })
        #expect(sync.requests == 32, "1,000 slots are 32 batches")
        #expect(sync.faults.isEmpty)
    }

    @Test("Beside one honest source any other may lie: the chain is fetched and the honest one kept", arguments: Behaviour.allCases)
    func oneLiar(_ liar: Behaviour) {
        for seed in 1...20 {
            var sync = SimulatedSync(seed: UInt64(seed), slots: 500, behaviours: [liar, .honest])
            sync.run()
            #expect(sync.finished == 500, "seed \(seed)")
            #expect(sync.chain.allSatisfy { sync.known.contains($0.root) }, "seed \(seed)")
            #expect(!sync.dropped.contains(1), "seed \(seed): \(sync.faults)")
            if [.empty, .unlinked, .invalid, .malformed, .silent, .failing, .dropsMiddle].contains(liar) {
                #expect(sync.faults[0]?.isEmpty == false, "seed \(seed): a liar goes free")
            }
        }
    }

    @Test("Among many liars of every kind one honest source is enough")
    func manyLiars() {
        for seed in 1...60 {
            var random = SeededGenerator(seed: UInt64(seed))
            var behaviours = (0..<Int.random(in: 2...7, using: &random)).map { _ in
                Behaviour.allCases.randomElement(using: &random) ?? .empty
            }
            let honest = Int.random(in: 0...behaviours.count, using: &random)
            behaviours.insert(.honest, at: honest)
            var sync = SimulatedSync(seed: UInt64(seed), slots: 400, behaviours: behaviours)
            sync.run()
            #expect(sync.finished == 400, "seed \(seed), \(behaviours)")
            #expect(sync.chain.allSatisfy { sync.known.contains($0.root) }, "seed \(seed), \(behaviours)")
            #expect(!sync.dropped.contains(honest), "seed \(seed), \(behaviours): \(sync.faults[honest] ?? [])")
            #expect(sync.requests < 2000, "seed \(seed), \(behaviours)")
        }
    }

    @Test("Only liars: every one is given up, and the end is told")
    func onlyLiars() {
        for liar in [Behaviour.silent, .failing, .unlinked, .invalid, .malformed] {
            var sync = SimulatedSync(seed: 3, slots: 200, behaviours: [liar, liar])
            sync.run()
            #expect(sync.finished == nil && sync.machine.isForsaken, "\(liar)")
            #expect(sync.dropped == [0, 1], "\(liar)")
        }
    }

    @Test("Memory holds a window of batches, however long the range")
    func window() {
        var sync = SimulatedSync(seed: 4, slots: 20_000, behaviours: [.honest, .honest, .silent])
        sync.run()
        #expect(sync.finished == 20_000)
        #expect(sync.largestWindow <= 2 * sync.machine.setting.aheadBatches + 2)
    }

    @Test("A late answer to a question that was asked elsewhere changes nothing")
    func lateAnswer() throws {
        var machine = RangeSync<Int, SimulatedBlock>(start: 1)
        machine.add(0, head: 5)
        func request(_ actions: [RangeSync<Int, SimulatedBlock>.Action]) -> RangeSync<Int, SimulatedBlock>.Request? {
            for case .request(let request) in actions { return request }
            return nil
        }
        let atOnce = request(machine.next(now: 0))
        machine.add(1, head: 5)
        let later = request(machine.next(now: 21))
        let (first, second) = (try #require(atOnce), try #require(later))
        #expect(first.source == 0 && second.source == 1)
        machine.receive([], for: first, now: 22)
        let afterLate = machine.next(now: 22)
        #expect(afterLate.isEmpty)
        let link = SimulatedLink(slot: 5, root: .zero, parent: .zero, size: 1, block: SimulatedBlock())
        machine.receive([link], for: second, now: 22)
        let actions = machine.next(now: 22)
        guard case .importBatch(0, let links)? = actions.first else {
            Issue.record("nothing to import: \(actions)")
            return
        }
        #expect(links.map(\.slot) == [5])
    }
}
