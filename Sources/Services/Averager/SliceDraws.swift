import AckQuorum
import BeaconTypes
import Primitives
import SSZ

/// Which candidates may have a slice drawn on one adapter: nobody draws until it fits.
struct SliceDraws {
    /// Entries kept of each kind; beyond that nothing new is judged on this adapter.
    private static let limit = 1024

    /// An author's candidates of one slot: only the first is voted on.
    private struct FirstKey: Hashable {
        let author: ValidatorIndex
        let slot: Slot
    }

    private struct Draw {
        let id: Hash32
        let slot: Slot
        var isRevealed = false
    }

    private var firsts: [FirstKey: Hash32] = [:]
    private var draws: [Set<Hash32>: Draw] = [:]
    private var failed: Set<Set<Hash32>> = []

    /// Enters a candidate; `false` where it is not its author's first in its slot, or where its files have had a draw on this adapter, or
    /// may still have one.
    mutating func enter(_ candidate: UpdateCandidate, _ id: Hash32) -> Bool {
        let (key, files) = (FirstKey(author: candidate.author, slot: candidate.slot), candidate.inputSet)
        if let first = firsts[key], first != id { return false }
        guard mayDraw(candidate, id), firsts.count < Self.limit, draws.count < Self.limit else { return false }
        firsts[key] = id
        if draws[files]?.id != id { draws[files] = Draw(id: id, slot: candidate.slot) }
        return true
    }

    /// Whether the files of a candidate have had no other draw. One that no block revealed was none: whoever comes after it may try again.
    func mayDraw(_ candidate: UpdateCandidate, _ id: Hash32) -> Bool {
        let files = candidate.inputSet
        guard !failed.contains(files) else { return false }
        guard let draw = draws[files], draw.id != id else { return true }
        return !draw.isRevealed && candidate.slot > draw.slot && candidate.slot - draw.slot > Constant.maxRevealDistance
    }

    /// Whether a slice refused a candidate's files.
    func hasFailed(_ candidate: UpdateCandidate) -> Bool { failed.contains(candidate.inputSet) }

    /// Notes that a candidate's slice can be drawn.
    mutating func reveal(_ candidate: UpdateCandidate, _ id: Hash32) {
        if draws[candidate.inputSet]?.id == id { draws[candidate.inputSet]?.isRevealed = true }
    }

    /// Notes that a slice refused a candidate's files.
    mutating func fail(_ candidate: UpdateCandidate) {
        if failed.count < Self.limit { failed.insert(candidate.inputSet) }
    }
}

extension UpdateCandidate {
    /// The files that it takes, whoever announces them in whatever order.
    fileprivate var inputSet: Set<Hash32> { Set(selectedInputs.map { $0.fileHash }) }
}
