import BeaconTypes
import KeyValueStore
import Primitives
import SSZ
import SlashingDetection
import StateTransition

/// The work of one write transaction: votes judged and recorded group by group, so that memory holds the distances of
/// one group at a time.
struct VoteBatch {
    private struct VoteID: Hashable {
        let target: Epoch
        let number: UInt32
    }

    /// Two votes that were found to contradict each other.
    private struct Pair: Hashable {
        let earlier: VoteID
        let new: Int
    }

    private let votes: [IndexedAttestation]
    private let spec: BeaconSpec
    private let currentEpoch: Epoch
    private var spans = GroupSpans()
    /// The numbers under which votes of this batch are stored.
    private var numbers: [Int: UInt32] = [:]
    private var nextNumber: [Epoch: UInt32] = [:]
    private var stored: [VoteID: IndexedAttestation] = [:]
    private var pairs: Set<Pair> = []
    private(set) var slashings: [AttesterSlashing] = []

    init(votes: [IndexedAttestation], spec: BeaconSpec, currentEpoch: Epoch) {
        self.votes = votes
        self.spec = spec
        self.currentEpoch = currentEpoch
    }

    /// Judges and records the votes of one group of validators.
    mutating func take(_ group: UInt64, _ entries: [VoteDatabase.Entry], _ txn: inout WriteTransaction) throws {
        var record =
            try txn.value(for: group, in: VoteDatabase.groupTable).map { try GroupRecord(bytes: $0) }
            ?? GroupRecord(currentEpoch: currentEpoch)
        spans.begin(currentEpoch: record.currentEpoch)
        try spans.advance(to: currentEpoch) { try Self.chunk(group, $0, $1, txn) }
        record.currentEpoch = spans.currentEpoch
        var rows: [Epoch: [UInt32]] = [:]
        for entry in entries {
            let (source, target) = (votes[entry.vote].data.source.epoch, votes[entry.vote].data.target.epoch)
            // The ring may stand later than this batch, after a clock that went back.
            guard target >= SpanLayout.oldestEpoch(current: spans.currentEpoch) else { continue }
            try Self.need(target, group, &rows, txn)
            if let number = rows[target]?[entry.seat], number != 0 {
                try compare(entry.vote, with: VoteID(target: target, number: number), txn)
                continue
            }
            let surround = try spans.surroundVote(seat: entry.seat, source: source, target: target) { try Self.chunk(group, $0, $1, txn) }
            if let earlier = surround?.earlierTarget {
                try Self.need(earlier, group, &rows, txn)
                if let number = rows[earlier]?[entry.seat], number != 0 {
                    try compare(entry.vote, with: VoteID(target: earlier, number: number), txn)
                }
            }
            try spans.record(seat: entry.seat, source: source, target: target) { try Self.chunk(group, $0, $1, txn) }
            rows[target]?[entry.seat] = try number(of: entry.vote, &txn)
            record.note(seat: entry.seat, source: source, target: target)
        }
        try spans.forEachChange { kind, chunk, cells in
            try txn.put(SpanChunkCoding.encode(cells), for: Self.chunkKey(group, kind, chunk), in: VoteDatabase.chunkTable)
        }
        for (target, row) in rows {
            try txn.put(Self.bytes(row), for: Self.rowKey(target, group), in: VoteDatabase.rowTable)
        }
        try txn.put(record.bytes, for: group, in: VoteDatabase.groupTable)
    }

    /// Makes evidence of a stored vote and one of this batch if they contradict each other.
    private mutating func compare(_ new: Int, with id: VoteID, _ txn: borrowing WriteTransaction) throws {
        let pair = Pair(earlier: id, new: new)
        guard !pairs.contains(pair) else { return }
        let earlier = try attestation(id, txn)
        let vote = votes[new]
        // In a surround vote the surrounding one comes first.
        if isSlashableAttestationData(earlier.data, vote.data) {
            slashings.append(AttesterSlashing(attestation1: earlier, attestation2: vote))
        } else if isSlashableAttestationData(vote.data, earlier.data) {
            slashings.append(AttesterSlashing(attestation1: vote, attestation2: earlier))
        } else {
            return
        }
        pairs.insert(pair)
    }

    private mutating func attestation(_ id: VoteID, _ txn: borrowing WriteTransaction) throws -> IndexedAttestation {
        if let known = stored[id] { return known }
        guard let bytes = try txn.value(for: Self.voteKey(id.target, id.number), in: VoteDatabase.voteTable) else {
            throw SlasherError.damaged("vote \(id.number) for epoch \(id.target) is missing")
        }
        let attestation = try IndexedAttestation(deserializing: bytes, spec)
        stored[id] = attestation
        return attestation
    }

    /// The number under which a vote of this batch is stored; the first caller stores it.
    private mutating func number(of vote: Int, _ txn: inout WriteTransaction) throws -> UInt32 {
        if let number = numbers[vote] { return number }
        let target = votes[vote].data.target.epoch
        let number: UInt32
        if let next = nextNumber[target] {
            number = next
        } else {
            let last = try txn.first(in: VoteDatabase.voteTable, prefix: target.bigEndianBytes, order: .descending)
            number = (last.flatMap { UInt32(bigEndianBytes: $0.key.suffix(4)) } ?? 0) + 1
        }
        nextNumber[target] = number + 1
        try txn.put(votes[vote].serialize(spec), for: Self.voteKey(target, number), in: VoteDatabase.voteTable)
        numbers[vote] = number
        stored[VoteID(target: target, number: number)] = votes[vote]
        return number
    }

    /// Loads the row of a target into `rows` if it is not there.
    private static func need(
        _ target: Epoch, _ group: UInt64, _ rows: inout [Epoch: [UInt32]], _ txn: borrowing WriteTransaction
    ) throws {
        guard rows[target] == nil else { return }
        let bytes = try txn.value(for: rowKey(target, group), in: VoteDatabase.rowTable)
        rows[target] = try bytes.map(row) ?? [UInt32](repeating: 0, count: SpanLayout.validatorsPerGroup)
    }

    private static func chunk(
        _ group: UInt64, _ kind: SpanKind, _ chunk: Int, _ txn: borrowing WriteTransaction
    ) throws -> [UInt16]? {
        try txn.value(for: chunkKey(group, kind, chunk), in: VoteDatabase.chunkTable).map { try SpanChunkCoding.decode($0) }
    }
}
