import AckQuorum
import BeaconTypes
import Primitives
import SSZ

/// Which candidates may have a slice drawn on one adapter: nobody draws until it fits.
///
/// Several nodes gather the same files and announce them at the same time. Of candidates with equal manifests one counts, the same for all
/// who heard of them before anything of a slice could be known: that with the lowest hash over adapter, files and author. Who first heard
/// of another one turns to it.
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
        let precedence: Hash32
        let manifest: Hash32
        var isRevealed = false
    }

    private var firsts: [FirstKey: Hash32] = [:]
    private var draws: [Set<Hash32>: Draw] = [:]
    private var failed: Set<Set<Hash32>> = []

    /// Enters a candidate; `false` where it is not its author's first in its slot, or where its files have had a draw on this adapter, or
    /// may still have one that it does not displace.
    ///
    /// - Parameter current: the slot that it is now.
    mutating func enter(_ candidate: UpdateCandidate, _ id: Hash32, at current: Slot) -> Bool {
        let (key, files) = (FirstKey(author: candidate.author, slot: candidate.slot), candidate.inputSet)
        if let first = firsts[key], first != id { return false }
        guard mayDraw(candidate, id) || displaces(candidate, at: current), firsts.count < Self.limit, draws.count < Self.limit else {
            return false
        }
        firsts[key] = id
        if draws[files]?.id != id {
            draws[files] = Draw(id: id, slot: candidate.slot, precedence: candidate.precedence, manifest: candidate.manifest)
        }
        return true
    }

    /// Before the slot after both candidates' begins nobody knows the reveal of whoever makes the first block, and so nobody can choose
    /// between two slices. What displaces has to be as good as what it displaces: other rewards, or a file that nobody has, would cost the
    /// files their draw.
    private func displaces(_ candidate: UpdateCandidate, at current: Slot) -> Bool {
        let files = candidate.inputSet
        guard !failed.contains(files), let draw = draws[files], !draw.isRevealed, draw.manifest == candidate.manifest else { return false }
        return current <= min(draw.slot, candidate.slot) && candidate.precedence < draw.precedence
    }

    /// Whether another candidate of the same files waits for its slice.
    func isAwaited(_ candidate: UpdateCandidate) -> Bool { draws[candidate.inputSet].map { !$0.isRevealed } ?? false }

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

    /// All that it names, in an order that nobody chooses.
    fileprivate var manifest: Hash32 {
        let entries = inputs.enumerated().map { index, input in
            input.fileHash.bytes + input.rewardAddress.bytes + [index < selected.count && selected[index] ? 1 : 0]
        }
        return SHA256.hash(entries.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 })
    }

    /// Which of several candidates of the same files counts: the lowest.
    fileprivate var precedence: Hash32 {
        SHA256.hash(parentAdapterRoot.bytes + inputSet.sorted().flatMap(\.bytes) + author.bigEndianBytes)
    }
}
