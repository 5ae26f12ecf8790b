import JSON
import Primitives
import Testing

@testable import ExecutionChain

@Suite("Gas rules")
struct GasRuleTests {
    @Test("base fees agree with the executable specification")
    func baseFees() throws {
        for vector in try Vectors.list("baseFees") {
            let fields = try #require(vector.array)
            let parent = try #require(fields[2].string)
            let fee = GasRules.baseFee(
                gasLimit: try #require(fields[0].uint64), gasUsed: try #require(fields[1].uint64),
                baseFee: try #require(UInt256(decimal: parent)))
            #expect(fee.description == fields[3].string)
        }
    }

    @Test("a gas limit may change by less than a 1024th and not fall below 5000")
    func limits() {
        #expect(GasRules.isValidGasLimit(30_000_000, parent: 30_000_000))
        #expect(GasRules.isValidGasLimit(30_029_295, parent: 30_000_000))
        #expect(!GasRules.isValidGasLimit(30_029_296, parent: 30_000_000))
        #expect(GasRules.isValidGasLimit(29_970_705, parent: 30_000_000))
        #expect(!GasRules.isValidGasLimit(29_970_704, parent: 30_000_000))
        #expect(GasRules.isValidGasLimit(5000, parent: 5002))
        #expect(!GasRules.isValidGasLimit(4999, parent: 5001))
    }

    @Test("the next limit moves towards its target by valid steps and stays there")
    func nextLimit() {
        for (start, target) in [(30_000_000, 36_000_000), (36_000_000, 5_000_000), (5000, 100_000), (.max, 1 << 62)] as [(UInt64, UInt64)] {
            var limit = start
            for _ in 0..<200 {
                let next = GasRules.nextGasLimit(parent: limit, target: target)
                #expect(GasRules.isValidGasLimit(next, parent: limit))
                #expect(start < target ? next >= limit && next <= target : next <= limit && next >= target)
                limit = next
            }
        }
        #expect(GasRules.nextGasLimit(parent: 30_000_000, target: 30_000_000) == 30_000_000)
        #expect(GasRules.nextGasLimit(parent: 0, target: 1) == 0)
    }
}

@Suite("Expected difficulty")
struct ExpectedDifficultyTests {
    private func next(_ difficulty: UInt256, gap seconds: UInt64, slot: UInt64 = 12) -> UInt256? {
        expectedDifficulty(parentDifficulty: difficulty, parentTimestamp: 1000, timestamp: 1000 + seconds, secondsPerSlot: slot)
    }

    @Test("grows without a missed slot, falls with each one, and has a floor")
    func values() {
        // Parent's difficulty, seconds since the parent, expected difficulty.
        let known: [(UInt256, UInt64, UInt256)] = [
            (1024, 12, 1026), (1024, 13, 1026), (1024, 23, 1026), (1024, 24, 960), (1024, 36, 900), (1024, 48, 844),
            (100, 12, 101), (64, 12, 65), (64, 24, 64), (65, 24, 64), (70, 36, 64), (10, 24, 64), (10, 12, 11), (0, 12, 1),
            (511, 12, 512), (1_000_000, 12, 1_001_953),
        ]
        for (difficulty, seconds, expected) in known { #expect(next(difficulty, gap: seconds) == expected) }
    }

    @Test("less than a slot has no answer, years of missed slots have one at once, and nothing overflows")
    func edges() {
        #expect(next(100, gap: 0) == nil)
        #expect(next(100, gap: 11) == nil)
        #expect(expectedDifficulty(parentDifficulty: 100, parentTimestamp: 5, timestamp: 4, secondsPerSlot: 1) == nil)
        #expect(expectedDifficulty(parentDifficulty: 100, parentTimestamp: 5, timestamp: 9, secondsPerSlot: 0) == nil)
        #expect(next(.max, gap: 1 << 50) == 64)
        #expect(next(.max, gap: 12) == .max)
    }

    @Test("agrees with one step a slot in plain integers")
    func stepByStep() {
        var difficulty: UInt64 = 123_456_789
        for gap in UInt64(1)..<60 {
            var expected = difficulty
            if gap == 1 {
                expected += max(1, expected / 512)
            } else {
                for _ in 1..<gap { expected = max(64, expected - expected / 16) }
            }
            #expect(next(UInt256(difficulty), gap: gap * 4, slot: 4) == UInt256(expected))
            difficulty = difficulty &* 7 % 1_000_003 + 64
        }
    }
}
