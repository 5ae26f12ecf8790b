public import BeaconTypes

/// The vote distances of one group of 256 validators, loaded chunk by chunk as they are needed.
///
/// The value takes 4 MiB however many validators there are: `begin` empties it for the next group. `load` answers the
/// distances of a stored chunk, `nil` for one that was never written.
public struct GroupSpans: Sendable {
    private enum ChunkState: UInt8 { case absent, loaded, changed }

    private var cells: [[UInt16]]
    private var states: [[ChunkState]]
    /// The last epoch for which the ring has a row.
    public private(set) var currentEpoch: Epoch = 0

    public init() {
        let count = SpanLayout.chunksPerGroup * SpanLayout.cellsPerChunk
        cells = SpanKind.allCases.map { _ in [UInt16](repeating: 0, count: count) }
        states = SpanKind.allCases.map { _ in [ChunkState](repeating: .absent, count: SpanLayout.chunksPerGroup) }
    }

    /// Forgets the group before, and takes up one whose last row is that of `epoch`.
    public mutating func begin(currentEpoch epoch: Epoch) {
        for kind in SpanKind.allCases {
            for chunk in 0..<SpanLayout.chunksPerGroup where states[Int(kind.rawValue)][chunk] != .absent {
                states[Int(kind.rawValue)][chunk] = .absent
                fill(kind, Self.cells(of: chunk), 0)
            }
        }
        currentEpoch = epoch
    }

    /// Gives the ring rows up to `epoch`; the rows of epochs that leave it are emptied. No vote before this moment can have a
    /// source after, or a target beyond, the new epochs, so they begin empty.
    public mutating func advance<E: Error>(to epoch: Epoch, load: (SpanKind, Int) throws(E) -> [UInt16]?) throws(E) {
        guard epoch > currentEpoch else { return }
        let count = min(epoch - currentEpoch, SpanLayout.history)
        for new in (epoch - count + 1)...epoch {
            let row = SpanLayout.row(of: new)
            let start = row * SpanLayout.validatorsPerGroup
            for kind in SpanKind.allCases {
                let chunk = row / SpanLayout.epochsPerChunk
                try need(kind, chunk, load: load)
                let range = start..<start + SpanLayout.validatorsPerGroup
                guard cells[Int(kind.rawValue)][range].contains(where: { $0 != 0 }) else { continue }
                fill(kind, range, 0)
                states[Int(kind.rawValue)][chunk] = .changed
            }
        }
        currentEpoch = epoch
    }

    /// Whether a vote makes its validator slashable together with a vote recorded before.
    ///
    /// - Parameters:
    ///   - source: not after `target`; one before the history is judged as far as the history reaches.
    ///   - target: within the history, not after `currentEpoch`.
    public mutating func surroundVote<E: Error>(
        seat: Int, source: Epoch, target: Epoch, load: (SpanKind, Int) throws(E) -> [UInt16]?
    ) throws(E) -> SurroundVote? {
        let oldest = SpanLayout.oldestEpoch(current: currentEpoch)
        let first = max(source, oldest)
        let least = try distance(.minimum, first, seat: seat, load: load)
        if least != 0, first + UInt64(least) < target { return .surrounds(target: first + UInt64(least)) }
        guard source >= oldest else { return nil }
        let greatest = try distance(.maximum, source, seat: seat, load: load)
        if greatest != 0, source + UInt64(greatest) > target { return .surrounded(target: source + UInt64(greatest)) }
        return nil
    }

    /// Records a vote: same bounds as `surroundVote`.
    ///
    /// Each walk stops at the first epoch that already has a number as good: all beyond it have one as well.
    public mutating func record<E: Error>(
        seat: Int, source: Epoch, target: Epoch, load: (SpanKind, Int) throws(E) -> [UInt16]?
    ) throws(E) {
        let oldest = SpanLayout.oldestEpoch(current: currentEpoch)
        var epoch = source
        while epoch > oldest {
            epoch -= 1
            let known = try distance(.minimum, epoch, seat: seat, load: load)
            if known != 0, epoch + UInt64(known) <= target { break }
            set(.minimum, epoch, seat: seat, to: target - epoch)
        }
        epoch = max(source + 1, oldest)
        while epoch < target {
            let known = try distance(.maximum, epoch, seat: seat, load: load)
            if known != 0, epoch + UInt64(known) >= target { break }
            set(.maximum, epoch, seat: seat, to: target - epoch)
            epoch += 1
        }
    }

    /// Every chunk that was changed since `begin`, with its distances.
    public func forEachChange<E: Error>(_ body: (SpanKind, Int, ArraySlice<UInt16>) throws(E) -> Void) throws(E) {
        for kind in SpanKind.allCases {
            for chunk in 0..<SpanLayout.chunksPerGroup where states[Int(kind.rawValue)][chunk] == .changed {
                try body(kind, chunk, cells[Int(kind.rawValue)][Self.cells(of: chunk)])
            }
        }
    }

    private static func cells(of chunk: Int) -> Range<Int> {
        chunk * SpanLayout.cellsPerChunk..<(chunk + 1) * SpanLayout.cellsPerChunk
    }

    private mutating func fill(_ kind: SpanKind, _ range: Range<Int>, _ value: UInt16) {
        for index in range { cells[Int(kind.rawValue)][index] = value }
    }

    private mutating func need<E: Error>(_ kind: SpanKind, _ chunk: Int, load: (SpanKind, Int) throws(E) -> [UInt16]?) throws(E) {
        let index = Int(kind.rawValue)
        guard states[index][chunk] == .absent else { return }
        if let loaded = try load(kind, chunk) {
            let start = chunk * SpanLayout.cellsPerChunk
            for (offset, value) in loaded.prefix(SpanLayout.cellsPerChunk).enumerated() { cells[index][start + offset] = value }
        }
        states[index][chunk] = .loaded
    }

    private mutating func distance<E: Error>(
        _ kind: SpanKind, _ epoch: Epoch, seat: Int, load: (SpanKind, Int) throws(E) -> [UInt16]?
    ) throws(E) -> UInt16 {
        try need(kind, SpanLayout.row(of: epoch) / SpanLayout.epochsPerChunk, load: load)
        return cells[Int(kind.rawValue)][SpanLayout.cell(epoch, seat: seat)]
    }

    /// The chunk has been loaded by the look-up before.
    private mutating func set(_ kind: SpanKind, _ epoch: Epoch, seat: Int, to distance: UInt64) {
        cells[Int(kind.rawValue)][SpanLayout.cell(epoch, seat: seat)] = UInt16(clamping: distance)
        states[Int(kind.rawValue)][SpanLayout.row(of: epoch) / SpanLayout.epochsPerChunk] = .changed
    }
}
