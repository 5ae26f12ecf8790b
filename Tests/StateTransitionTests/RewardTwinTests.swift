import BeaconTypes
import Primitives
import SSZ
import StateTransition
import Testing

/// Rewards and penalties in one pass equal those that the specification's lists of deltas give.
@Suite struct RewardTwinTests {
    @Test(arguments: 0..<24) func onePassEqualsDeltas(seed: UInt64) throws {
        var chain = try PolSimulator(validators: 9)
        try chain.advance(to: seed % 2 == 0 ? 6 : 3)
        var fast = chain.state
        let isInLeak = seed % 3 == 0
        if isInLeak { fast.state.slot += 80 }
        var draw = SHA256.hash(withUnsafeBytes(of: seed.littleEndian) { Array($0) })
        for position in 0..<9 {
            draw = SHA256.hash(draw.bytes)
            fast.state.previousEpochParticipation[position] = draw[0] % 16 == 0 ? 7 : draw[0] & 7
            fast.state.inactivityScores[position] = UInt64(draw[1]) << UInt64(draw[2] % 20)
            fast.state.validators[position].slashed = draw[3] % 5 == 0
            fast.state.validators[position].effectiveBalance = UInt64(16 + draw[4] % 17) * 1_000_000_000
            if draw[5] % 6 == 0 {
                fast.state.validators[position].exitEpoch = fast.state.slot - 1
                fast.state.validators[position].withdrawableEpoch = fast.state.slot + UInt64(draw[6] % 2) * 100
            }
            // Next to nothing, so that penalties end at zero.
            if draw[7] % 4 == 0 { fast.state.balances[position] = UInt64(draw[8]) * 200 }
        }
        fast.resetCaches()
        #expect(try fast.isInInactivityLeak() == isInLeak)
        var slow = fast
        let before = fast.state.balances
        try fast.processRewardsAndPenalties()
        try slow.processRewardsAndPenaltiesByDeltas()
        #expect(fast.state.balances.array == slow.state.balances.array)
        #expect(fast.state.balances != before)
    }
}
