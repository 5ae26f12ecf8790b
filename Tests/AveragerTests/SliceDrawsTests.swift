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
    private func enter(_ entry: (candidate: UpdateCandidate, id: Hash32), _ draws: inout SliceDraws, at slot: Slot = 100) -> Bool {
        draws.enter(entry.candidate, entry.id, at: slot)
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

    /// Nodes that announce the same files at the same time end with the same candidate, whichever each heard of first; and only as long as
    /// no block of a slice can have been begun.
    @Test func ofSimultaneousCandidatesAllTurnToOne() {
        let all = (0..<6).map { candidate(1, slot: 7, author: $0) }
        var chosen: Set<Hash32> = []
        for start in all.indices {
            var draws = SliceDraws()
            for offset in all.indices { _ = enter(all[(start + offset) % all.count], &draws, at: 7) }
            let kept = all.filter { draws.mayDraw($0.0, $0.1) }.map(\.1)
            #expect(kept.count == 1)
            chosen.formUnion(kept)
        }
        #expect(chosen.count == 1)
        // As hashlib has it: of the six authors' SHA-256 over 32 zero bytes, SHA-256 of the byte 1 and eight bytes of author.
        #expect(chosen == [all[4].1])
        for (slot, isRevealed) in [(8, false), (7, true)] as [(Slot, Bool)] {
            for first in all where !chosen.contains(first.1) {
                var draws = SliceDraws()
                _ = enter(first, &draws, at: 7)
                if isRevealed { draws.reveal(first.0, first.1) }
                let displacing = all.filter { enter($0, &draws, at: slot) && $0.1 != first.1 }
                #expect(displacing.isEmpty && draws.isAwaited(first.0) != isRevealed)
            }
        }
        // Nor does one that is dated back, or that names other rewards or a file more: it could not have the draw that it takes.
        var displacing = 0
        for author in 0..<16 as Range<ValidatorIndex> {
            var other = candidate(1, slot: 7, author: author).0
            other.inputs[0].rewardAddress = Address(repeatElement(9, count: 20)) ?? .zero
            var longer = candidate(1, slot: 7, author: author).0
            longer.inputs.append(CandidateInput(fileHash: SHA256.hash([200]), rewardAddress: .zero))
            longer.selected = [true, false]
            for later in [candidate(1, slot: 6, author: author), (other, other.updateID(.pol)), (longer, longer.updateID(.pol))] {
                var draws = SliceDraws()
                _ = enter(candidate(1, slot: 7, author: 99), &draws, at: 7)
                if enter(later, &draws, at: 7) { displacing += 1 }
            }
        }
        #expect(displacing == 0)
        // A refused set of files has no other draw, whoever asks.
        var draws = SliceDraws()
        _ = enter(all[0], &draws, at: 7)
        draws.fail(all[0].0)
        #expect(!all.contains { enter($0, &draws, at: 7) })
    }

    /// Files count in ascending order, however a candidate lists them: hashlib's winner is author 5; in the listed order it would be 0.
    @Test func theOrderOfFilesChoosesNobody() {
        let all = (0..<6 as Range<ValidatorIndex>).map { author -> (UpdateCandidate, Hash32) in
            var pair = candidate(2, slot: 7, author: author).0
            pair.inputs.append(CandidateInput(fileHash: SHA256.hash([1]), rewardAddress: .zero))
            pair.selected = [true, true]
            return (pair, pair.updateID(.pol))
        }
        var draws = SliceDraws()
        for entry in all { _ = enter(entry, &draws, at: 7) }
        let kept = all.filter { draws.mayDraw($0.0, $0.1) }.map(\.1)
        #expect(kept == [all[5].1])
    }
}
