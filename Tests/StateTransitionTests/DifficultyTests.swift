import Primitives
import StateTransition
import Testing

@Suite struct DifficultyTests {
    private func next(_ difficulty: UInt256, gap: UInt64, slot: UInt64 = 12) throws -> UInt256 {
        try computeDifficulty(
            parentDifficulty: difficulty, parentTimestamp: 1000, timestamp: 1000 + gap * slot,
            slotDurationMilliseconds: slot * 1000)
    }

    @Test func knownAnswers() throws {
        #expect(try next(1000, gap: 1) == 1001)  // 1000 / 512 = 1
        #expect(try next(100, gap: 1) == 101)  // at least one
        #expect(try next(51_200, gap: 1) == 51_300)
        #expect(try next(1000, gap: 2) == 938)  // 1000 − 62
        #expect(try next(1000, gap: 3) == 880)  // 938 − 58
        #expect(try next(70, gap: 2) == 66)
        #expect(try next(66, gap: 2) == 64)  // the floor
        #expect(try next(10, gap: 2) == 64)
        #expect(try next(10, gap: 1) == 11)  // rising needs no floor
        #expect(try next(1000, gap: 3, slot: 2) == 880)
    }

    /// The longest silence takes no longer than a short one.
    @Test func longSilence() throws {
        #expect(try next(.max, gap: 1_000_000_000_000) == 64)
    }

    @Test func overflow() {
        #expect(throws: StateTransitionError(.arithmetic)) { try next(.max, gap: 1) }
        #expect(throws: StateTransitionError(.arithmetic)) {
            try computeDifficulty(parentDifficulty: 1, parentTimestamp: 5, timestamp: 4, slotDurationMilliseconds: 1000)
        }
        #expect(throws: StateTransitionError(.arithmetic)) {
            try computeDifficulty(parentDifficulty: 1, parentTimestamp: 0, timestamp: 4, slotDurationMilliseconds: 0)
        }
    }

    @Test func extraData() throws {
        let parent = try Hash32(hex: String(repeating: "ab", count: 32))
        let update = try Hash32(hex: String(repeating: "cd", count: 32))
        let bytes = PolExtraData.bytes(parentHash: parent, updateID: update)
        #expect(bytes.count == 64)
        #expect(PolExtraData.updateID(bytes) == update)
        #expect(PolExtraData.updateID(bytes.dropLast()) == nil)
    }
}
