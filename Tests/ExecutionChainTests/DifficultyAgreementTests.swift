import Primitives
import StateTransition
import Testing

@testable import ExecutionChain

@Suite("Difficulty in both layers")
struct DifficultyAgreementTests {
    @Test("the execution layer's rule and the consensus layer's translation give the same numbers")
    func agreement() throws {
        var state: UInt64 = 1
        func random(below limit: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 11) % limit
        }
        for _ in 0..<2000 {
            let slot = [2, 4, 12][Int(random(below: 3))] as UInt64
            let difficulty = UInt256(random(below: 1 << random(below: 50))) << Int(random(below: 4) * 60)
            let parent = random(below: 1 << 40)
            // One slot at least, sometimes a long silence, not always on a slot's boundary.
            let timestamp = parent + slot + random(below: [slot, 20 * slot, 10_000 * slot][Int(random(below: 3))])
            let here = ExecutionChain.expectedDifficulty(
                parentDifficulty: difficulty, parentTimestamp: parent, timestamp: timestamp, secondsPerSlot: slot)
            let there = try computeDifficulty(
                parentDifficulty: difficulty, parentTimestamp: parent, timestamp: timestamp, slotDurationMilliseconds: slot * 1000)
            #expect(here == there, "\(difficulty) at \(parent), \(timestamp), slot \(slot)")
        }
    }
}
