import AckQuorum
import BeaconTypes
import Primitives
import SSZ
import Testing

@testable import Averager

@Suite struct SliceDrawsTests {
    private func candidate(_ file: UInt8, slot: Slot, author: ValidatorIndex = 4) -> (UpdateCandidate, Hash32) {
        let candidate = UpdateCandidate(
            baseModelRoot: .zero, parentAdapterRoot: .zero, slot: slot, author: author,
            inputs: [CandidateInput(fileHash: SHA256.hash([file]), rewardAddress: .zero)], selected: [true])
        return (candidate, candidate.updateID(.pol))
    }

    /// What came of entering a candidate.
    private func enter(_ entry: (candidate: UpdateCandidate, id: Hash32), _ draws: inout SliceDraws) -> Bool {
        draws.enter(entry.candidate, entry.id)
    }

    @Test func oneDrawOfTheSameFiles() {
        var draws = SliceDraws()
        let first = candidate(1, slot: 7)
        let entered = (enter(first, &draws), enter(first, &draws))
        #expect(entered.0 && entered.1)
        // Another file in the same slot of the same author, and the same file of another author or slot.
        for other in [candidate(2, slot: 7), candidate(1, slot: 8), candidate(1, slot: 7, author: 5)] {
            let isEntered = enter(other, &draws)
            #expect(!isEntered)
        }
        let isFree = enter(candidate(3, slot: 8), &draws)
        #expect(isFree)
    }

    /// A candidate that no block revealed was no draw; one that was revealed, or failed, was.
    @Test func voidOnesMayTryAgain() {
        for isRevealed in [false, true] {
            var draws = SliceDraws()
            let first = candidate(1, slot: 7)
            let isFirst = enter(first, &draws)
            if isRevealed { draws.reveal(first.0, first.1) }
            let isEarly = enter(candidate(1, slot: 7 + Constant.maxRevealDistance), &draws)
            let isLater = enter(candidate(1, slot: 8 + Constant.maxRevealDistance), &draws)
            #expect(isFirst && !isEarly && isLater != isRevealed)
        }
        var draws = SliceDraws()
        let failed = candidate(1, slot: 7)
        draws.fail(failed.0)
        let isEntered = enter(failed, &draws)
        #expect(!isEntered && draws.hasFailed(failed.0))
    }
}
