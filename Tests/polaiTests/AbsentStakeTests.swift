import BeaconTypes
import Primitives
import SSZ
import StateTransition
import Testing

@testable import polai

@Suite("Which share of the stake is missing")
struct AbsentStakeTests {
    /// The genesis state of eight validators as it may be in slot `slot`, where the given ones voted in the epoch before.
    private func state(_ slot: Slot, voted: Set<Int>) throws -> BeaconState {
        var state = try TwoNodeNetwork(validators: 8).genesis.beacon.state
        state.slot = slot
        for index in 0..<8 { state.previousEpochParticipation[index] = voted.contains(index) ? 0b010 : 0b101 }
        return state
    }

    @Test("Who does not vote is named with its share and the first epoch without it; who misses a vote is not")
    func report() throws {
        var stake = AbsentStake()
        for slot in 10...20 as ClosedRange<Slot> {
            // The last three never vote, and one misses a vote now and then.
            let voted = Set(0..<5).subtracting(slot % 3 == 0 ? [1] : [])
            let state = try state(slot, voted: voted)
            stake.see(state, slotsPerEpoch: 1)
            if slot < 13 { #expect(stake.report(state, at: slot) == nil) }
        }
        let last = try state(20, voted: Set(0..<5))
        let report = try #require(stake.report(last, at: 21))
        #expect(report.absent == [5, 6, 7] && report.since == 9 && report.share == 0.375)
        #expect(report.description == "37.5 % of the stake does not vote: 3 of 8 validators (5, 6, 7), since epoch 9")
        // They are back.
        let back = try state(21, voted: Set(0..<8))
        stake.see(back, slotsPerEpoch: 1)
        #expect(stake.report(back, at: 30) == nil)
    }

    @Test("Lines come ever more rarely, and the end is told once")
    func lines() {
        var lines = FinalityWatch.Lines()
        #expect(lines.end() == false)
        let told = (1...400 as ClosedRange<Slot>).filter { lines.isDue($0) }
        #expect(told == [1, 9, 33, 105, 321])
        #expect(lines.end() == true)
        #expect(lines.end() == false)
    }
}
