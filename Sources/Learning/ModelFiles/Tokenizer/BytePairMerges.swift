/// The merges of a byte-pair vocabulary and their application to one piece of text.
struct BytePairMerges: Sendable {
    /// (left id, right id) to (rank, merged id), each packed in a word.
    private var merges: [UInt64: UInt64] = [:]

    init(capacity: Int) { merges.reserveCapacity(capacity) }

    /// Adds a merge; a pair given twice keeps its last rank.
    mutating func add(left: Int32, right: Int32, rank: Int, merged: Int32) {
        merges[Self.key(left, right)] = UInt64(UInt32(truncatingIfNeeded: rank)) << 32 | UInt64(UInt32(bitPattern: merged))
    }

    @inline(__always)
    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// No merge: greater than every packed (rank, id).
    private static let none = UInt64.max

    @inline(__always)
    private func merge(_ left: Int32, _ right: Int32) -> UInt64 { merges[Self.key(left, right)] ?? Self.none }

    /// Merges `symbols` in place: always the pair of lowest rank, the leftmost of equals, until none is left.
    func apply(to symbols: inout [Int32]) {
        if symbols.count < 2 { return }
        if symbols.count <= 64 { applyByScanning(&symbols) } else { applyByHeap(&symbols) }
    }

    /// Quadratic in the length, but without bookkeeping: the way for words.
    func applyByScanning(_ symbols: inout [Int32]) {
        var candidates = zip(symbols, symbols.dropFirst()).map { merge($0, $1) }
        while true {
            var best = Self.none
            var position = 0
            for (index, candidate) in candidates.enumerated() where candidate < best {
                (best, position) = (candidate, index)
            }
            if best == Self.none { return }
            symbols[position] = Int32(truncatingIfNeeded: best)
            symbols.remove(at: position + 1)
            candidates.remove(at: position)
            if position > 0 { candidates[position - 1] = merge(symbols[position - 1], symbols[position]) }
            if position < candidates.count { candidates[position] = merge(symbols[position], symbols[position + 1]) }
        }
    }

    /// `n log n` in the length: the way for hostile or unbroken text.
    func applyByHeap(_ symbols: inout [Int32]) {
        let count = symbols.count
        var next = (1...count).map { $0 }
        var previous = (-1..<count - 1).map { $0 }
        var heap = MergeHeap()
        for index in 0..<count - 1 {
            let candidate = merge(symbols[index], symbols[index + 1])
            if candidate != Self.none { heap.push(.init(merge: candidate, position: index)) }
        }
        while let entry = heap.pop() {
            let left = entry.position
            // Entries are not withdrawn when their symbols change; one is good if its pair still is what it was.
            guard symbols[left] >= 0, next[left] < count else { continue }
            let right = next[left]
            guard merge(symbols[left], symbols[right]) == entry.merge else { continue }
            symbols[left] = Int32(truncatingIfNeeded: entry.merge)
            symbols[right] = -1
            next[left] = next[right]
            if next[left] < count { previous[next[left]] = left }
            for first in [previous[left], left] where first >= 0 && next[first] < count {
                let candidate = merge(symbols[first], symbols[next[first]])
                if candidate != Self.none { heap.push(.init(merge: candidate, position: first)) }
            }
        }
        symbols.removeAll { $0 < 0 }
    }
}

/// A binary heap of possible merges, lowest rank first and leftmost among equals.
private struct MergeHeap {
    struct Entry {
        let merge: UInt64
        let position: Int

        static func < (left: Self, right: Self) -> Bool {
            (left.merge, left.position) < (right.merge, right.position)
        }
    }

    private var entries: [Entry] = []

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0, entries[child] < entries[(child - 1) / 2] {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> Entry? {
        guard let last = entries.popLast() else { return nil }
        guard let first = entries.first else { return last }
        entries[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1] < entries[child] { child += 1 }
            guard entries[child] < entries[parent] else { break }
            entries.swapAt(child, parent)
            parent = child
        }
        return first
    }
}
