import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import Testing

@testable import BeaconNode

@Suite("Which share of the stake is missing")
struct AttendanceTests {
    /// The genesis state of eight validators as it may be in slot `slot`, where the given ones voted in the epoch before.
    private func state(_ slot: Slot, voted: Set<Int>) throws -> BeaconState {
        var state = try TestChain.genesis(keys: (0..<8).map { try TestChain.key($0) }, spec: .pol).state
        state.slot = slot
        for index in 0..<8 { state.previousEpochParticipation[index] = voted.contains(index) ? 0b010 : 0b101 }
        return state
    }

    @Test("Who does not vote is named with its share and the first epoch without it; who misses a vote is not")
    func report() throws {
        var attendance = Attendance()
        for slot in 10...20 as ClosedRange<Slot> {
            // The last three never vote, and one misses a vote now and then.
            let voted = Set(0..<5).subtracting(slot % 3 == 0 ? [1] : [])
            let state = try state(slot, voted: voted)
            attendance.see(state, slotsPerEpoch: 1)
            if slot < 13 { #expect(attendance.report(state, at: slot, slotsPerEpoch: 1).since == nil) }
        }
        let last = try state(20, voted: Set(0..<5))
        let report = attendance.report(last, at: 21, slotsPerEpoch: 1)
        #expect(report.indices == [5, 6, 7] && report.since == 9 && report.share == 0.375)
        #expect(report.absentValidators == 3 && report.activeValidators == 8)
        #expect(report.description == "37.5 % of the stake does not vote: 3 of 8 validators (5, 6, 7), since epoch 9")
        // They are back.
        let back = try state(21, voted: Set(0..<8))
        attendance.see(back, slotsPerEpoch: 1)
        let none = attendance.report(back, at: 24, slotsPerEpoch: 1)
        #expect(none.share == 0 && none.since == nil && none.description == "all validators voted of late")
        // All are away: no block comes that would show it.
        let silence = attendance.report(back, at: 25, slotsPerEpoch: 1)
        #expect(silence.share == 1 && silence.since == 21)
    }

    @Test("At genesis nobody has missed a vote")
    func genesis() throws {
        var attendance = Attendance()
        let state = try state(0, voted: [])
        attendance.see(state, slotsPerEpoch: 1)
        #expect(attendance.report(state, at: 9, slotsPerEpoch: 1).since == nil)
    }

    @Test("A long list is cut, and its length told")
    func limit() {
        let stake = AbsentStake(
            absent: 100, active: 400, absentValidators: 100, activeValidators: 400, indices: (0..<100).map { ValidatorIndex($0) }, since: 3)
        #expect(stake.indices.count == AbsentStake.listLimit)
        #expect(
            stake.description == "25.0 % of the stake does not vote: 100 of 400 validators (0, 1, 2, 3, 4, 5, 6, 7, …), since epoch 3")
    }
}
