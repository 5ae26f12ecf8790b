import BeaconTypes
import SlashingDetection
import TestSupport
import Testing
import SSZOracle

/// Spans over a dictionary that stands for the database, one seat after another.
private struct StoredSpans {
    var spans = GroupSpans()
    var stored: [[Int]: [UInt8]] = [:]

    init(epoch: Epoch = 0) { spans.begin(currentEpoch: epoch) }

    private static func load(_ stored: [[Int]: [UInt8]], _ kind: SpanKind, _ chunk: Int) throws -> [UInt16]? {
        try stored[[Int(kind.rawValue), chunk]].map { try SpanChunkCoding.decode($0) }
    }

    mutating func advance(to epoch: Epoch) throws {
        let stored = stored
        try spans.advance(to: epoch) { try Self.load(stored, $0, $1) }
    }

    mutating func judge(_ source: Epoch, _ target: Epoch, seat: Int = 0) throws -> SurroundVote? {
        let stored = stored
        return try spans.surroundVote(seat: seat, source: source, target: target) { try Self.load(stored, $0, $1) }
    }

    mutating func record(_ source: Epoch, _ target: Epoch, seat: Int = 0) throws {
        let stored = stored
        try spans.record(seat: seat, source: source, target: target) { try Self.load(stored, $0, $1) }
    }

    /// Writes what changed, and reads it again as it is needed.
    mutating func reopen() {
        var changes: [[Int]: [UInt8]] = [:]
        spans.forEachChange { kind, chunk, cells in changes[[Int(kind.rawValue), chunk]] = SpanChunkCoding.encode(cells) }
        stored.merge(changes) { _, new in new }
        spans.begin(currentEpoch: spans.currentEpoch)
    }
}

@Suite struct GroupSpansTests {
    struct Vote: Hashable {
        var source: Epoch
        var target: Epoch
    }

    /// The rule itself, against every earlier vote.
    private static func isSurround(_ new: Vote, _ earlier: Vote, oldest: Epoch) -> Bool {
        (max(new.source, oldest) < earlier.source && earlier.target < new.target)
            || (new.source >= oldest && earlier.source < new.source && new.target < earlier.target)
    }

    /// Votes in a narrow and in a wide range of epochs, the wide one turning the ring more than twice.
    @Test(arguments: [(seed: UInt64(1), step: UInt64(1)), (2, 1), (3, 1), (4, 300), (5, 300), (7, 17)])
    func agreesWithComparingAllPairs(_ input: (seed: UInt64, step: UInt64)) throws {
        var generator = SeededGenerator(seed: input.seed)
        var spans = StoredSpans()
        let seats = [0, 1, 255]
        var earlier: [Int: [Vote]] = [:]
        var current: Epoch = 0
        var surrounds = 0
        for _ in 0..<1500 {
            if UInt64.random(in: 0..<20, using: &generator) == 0 {
                current += UInt64.random(in: 0...2, using: &generator) * input.step
                try spans.advance(to: current)
            }
            if UInt64.random(in: 0..<40, using: &generator) == 0 { spans.reopen() }
            let oldest = SpanLayout.oldestEpoch(current: current)
            let target = current - min(current - oldest, UInt64.random(in: 0...12, using: &generator) * input.step)
            let source = target - min(target, UInt64.random(in: 0...8, using: &generator) * input.step)
            let seat = seats.randomElement(using: &generator) ?? 0
            let vote = Vote(source: source, target: target)
            guard !(earlier[seat] ?? []).contains(where: { $0.target == target }) else { continue }
            let expected = (earlier[seat] ?? []).filter { Self.isSurround(vote, $0, oldest: oldest) }
            let found = try spans.judge(source, target, seat: seat)
            #expect((found != nil) == !expected.isEmpty, "\(vote) at \(current), found \(String(describing: found))")
            if let found {
                #expect(expected.contains { $0.target == found.earlierTarget })
                surrounds += 1
            }
            try spans.record(source, target, seat: seat)
            earlier[seat, default: []].append(vote)
        }
        #expect(surrounds > 10)
    }

    @Test func surroundingAndSurrounded() throws {
        var spans = StoredSpans(epoch: 20)
        try spans.record(5, 8)
        #expect(try spans.judge(4, 9) == .surrounds(target: 8))
        #expect(try spans.judge(6, 7) == .surrounded(target: 8))
        #expect(try spans.judge(6, 6) == .surrounded(target: 8))
        // Sharing an end is no surround vote.
        for (source, target) in [(5, 9), (5, 7), (4, 8), (6, 8), (8, 9), (2, 3), (8, 8), (5, 5)] as [(UInt64, UInt64)] {
            #expect(try spans.judge(source, target) == nil, "\(source)→\(target)")
        }
        // Another validator is not concerned.
        #expect(try spans.judge(4, 9, seat: 1) == nil)
    }

    /// The narrowest vote of one epoch, 5→5, is surrounded by 4→6 and by nothing narrower.
    @Test func sourceEqualToTarget() throws {
        var spans = StoredSpans(epoch: 20)
        try spans.record(5, 5)
        #expect(try spans.judge(4, 6) == .surrounds(target: 5))
        #expect(try spans.judge(5, 6) == nil)
        #expect(try spans.judge(4, 5) == nil)
    }

    /// A vote at the far end of the history is found; one epoch later it is forgotten.
    @Test func edgeOfTheHistory() throws {
        let history = SpanLayout.history
        var spans = StoredSpans()
        try spans.record(0, 0)
        try spans.advance(to: 1)
        try spans.record(1, 1)
        try spans.advance(to: history - 1)
        #expect(SpanLayout.oldestEpoch(current: history - 1) == 0)
        #expect(try spans.judge(0, history - 1) == .surrounds(target: 1))
        try spans.advance(to: history)
        #expect(SpanLayout.oldestEpoch(current: history) == 1)
        // The vote 1→1 is at the edge: what is known of epoch 1 is only votes with a later source.
        #expect(try spans.judge(0, history) == nil)
        try spans.record(2, history - 1)
        #expect(try spans.judge(0, history) == .surrounds(target: history - 1))
        #expect(try spans.judge(3, 4) == .surrounded(target: history - 1))
    }

    /// A gap longer than the history leaves nothing behind.
    @Test func aLongSilenceEmptiesTheRing() throws {
        var spans = StoredSpans(epoch: 10)
        try spans.record(3, 9)
        spans.reopen()
        let later = 10 + 3 * SpanLayout.history
        try spans.advance(to: later)
        spans.reopen()
        #expect(spans.stored.values.allSatisfy { bytes in (try? SpanChunkCoding.decode(bytes))?.allSatisfy { $0 == 0 } ?? false })
        #expect(try spans.judge(0, later) == nil)
    }
}
