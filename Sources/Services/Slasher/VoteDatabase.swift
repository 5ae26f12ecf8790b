import BeaconTypes
import KeyValueStore
import Primitives
import SSZ
import SlashingDetection

/// Every vote of the last 4,096 epochs on disk, in the form that finds double and surround votes with few reads.
///
/// A vote is stored once, however many validators share it, under its target epoch and a running number. A row of 256
/// numbers says which vote each validator of a group cast for a target. Chunks of distances find surround votes.
struct VoteDatabase: Sendable {
    static let tables: [KeyValueStore.Table] = [groupTable, chunkTable, rowTable, voteTable]
    /// Group (8 bytes) → `GroupRecord`.
    static let groupTable: KeyValueStore.Table = "groups"
    /// Group (8), kind (1), chunk (2) → distances.
    static let chunkTable: KeyValueStore.Table = "chunks"
    /// Target epoch (8), group (8) → 256 vote numbers of four bytes, 0 for none.
    static let rowTable: KeyValueStore.Table = "rows"
    /// Target epoch (8), vote number (4) → SSZ of the indexed attestation.
    static let voteTable: KeyValueStore.Table = "votes"

    /// VALIDATOR_REGISTRY_LIMIT: no index of a validator is as high.
    private static let registryLimit: UInt64 = 1 << 40

    let store: KeyValueStore
    let spec: BeaconSpec

    /// Judges votes and records them, all in one write transaction.
    ///
    /// Votes of the future, older than the history, or with a source after their target are passed over. One vote of a
    /// validator for a target is recorded, the first: a second is answered as a double vote.
    ///
    /// - Parameter recording: `false` to leave the database as it is.
    /// - Returns: one slashing for each pair of votes that contradict each other, however many validators cast both.
    func judge(_ votes: [IndexedAttestation], currentEpoch: Epoch, recording: Bool = true) throws -> [AttesterSlashing] {
        let groups = Self.grouped(votes, currentEpoch: currentEpoch)
        guard !groups.isEmpty else { return [] }
        do {
            return try store.write { txn in
                var batch = VoteBatch(votes: votes, spec: spec, currentEpoch: currentEpoch)
                for group in groups.keys.sorted() { try batch.take(group, groups[group] ?? [], &txn) }
                guard recording else { throw Abandoned(slashings: batch.slashings) }
                return batch.slashings
            }
        } catch let abandoned as Abandoned {
            return abandoned.slashings
        }
    }

    /// Ends a transaction without effect.
    private struct Abandoned: Error {
        let slashings: [AttesterSlashing]
    }

    /// One validator's part in one of the votes.
    struct Entry {
        let vote: Int
        let seat: Int
    }

    private static func grouped(_ votes: [IndexedAttestation], currentEpoch: Epoch) -> [UInt64: [Entry]] {
        let oldest = SpanLayout.oldestEpoch(current: currentEpoch)
        var groups: [UInt64: [Entry]] = [:]
        for (number, vote) in votes.enumerated() {
            let (source, target) = (vote.data.source.epoch, vote.data.target.epoch)
            guard source <= target, target >= oldest, target <= currentEpoch else { continue }
            for index in vote.attestingIndices where index < registryLimit {
                groups[SpanLayout.group(of: index), default: []].append(Entry(vote: number, seat: SpanLayout.seat(of: index)))
            }
        }
        return groups
    }

    /// The highest votes of a validator.
    func highest(_ validator: ValidatorIndex) throws -> GroupRecord.HighestVote? {
        try store.read { txn in
            try txn.value(for: SpanLayout.group(of: validator), in: Self.groupTable)
                .map { try GroupRecord(bytes: $0).highest[SpanLayout.seat(of: validator)] } ?? nil
        }
    }

    /// Removes votes that no look-up can reach any more, at most `limit` entries of each table.
    func prune(currentEpoch: Epoch, limit: Int = 4096) throws {
        let oldest = SpanLayout.oldestEpoch(current: currentEpoch)
        guard oldest > 0 else { return }
        try store.write { txn in
            for table in [Self.rowTable, Self.voteTable] { try txn.remove(before: oldest, in: table, limit: limit) }
        }
    }
}
