import Foundation
import KeyValueStore
public import Primitives
public import UpdateLife

/// The journal maps a running number to what is known of an update; the update's id and those of its files lead to it.
extension LearningStore {
    /// Writes or replaces the record of an update. A new update gets the next number. A file leads to the candidate that
    /// a block brought in, else to the newest that took it up, and while there is none to itself. Several nodes may propose one file.
    public func put(_ record: UpdateRecord) throws {
        let entry = try JSONEncoder().encode(JournalEntry(version: JournalEntry.newest, record: record))
        try store.write { txn in
            let number: [UInt8]
            if let known = try Self.ownNumber(record.id, txn: txn) {
                number = known
            } else {
                let last = try txn.first(in: Self.journalTable, prefix: [], order: .descending)
                let next = last.flatMap { UInt64(storeBytes: $0.key) }.map { $0 + 1 } ?? 0
                number = next.bigEndianBytes
            }
            try txn.put(number, for: Self.ownPrefix + record.id.bytes, in: Self.fileIndexTable)
            if try txn.value(for: record.id, in: Self.fileIndexTable) == nil {
                try txn.put(number, for: record.id, in: Self.fileIndexTable)
            }
            for file in record.inputs where file != record.id && record.takesFiles {
                let (leads, own) = (
                    try txn.value(for: file, in: Self.fileIndexTable), try Self.ownNumber(file, txn: txn)
                )
                if let leads, leads != own, leads != number {
                    let isThere = try Self.entry(leads, txn: txn)?.isInChain ?? false
                    if isThere == record.isInChain ? number.lexicographicallyPrecedes(leads) : isThere { continue }
                }
                try txn.put(number, for: file, in: Self.fileIndexTable)
            }
            try txn.put(Array(entry), for: number, in: Self.journalTable)
        }
    }

    /// The record of the update with exactly this id.
    public func record(of id: Hash32) throws -> UpdateRecord? {
        try store.read { txn in
            guard let number = try Self.ownNumber(id, txn: txn) else { return nil }
            return try Self.entry(number, txn: txn)
        }
    }

    /// The record of an update, by its id or by the id of one of its input files: then the newest that names it.
    public func record(_ id: Hash32) throws -> UpdateRecord? {
        try store.read { txn in
            guard let number = try txn.value(for: id, in: Self.fileIndexTable) else { return nil }
            return try Self.entry(number, txn: txn)
        }
    }

    /// The latest records, newest first. An entry that cannot be read is passed over.
    public func latestRecords(limit: Int) throws -> [UpdateRecord] {
        try store.read { txn in
            try txn.entries(in: Self.journalTable, prefix: [], order: .descending, limit: limit)
                .compactMap { JournalEntry.record($0.value) }
        }
    }

    static let ownPrefix = Array("own:".utf8)

    /// The number under which an update itself stands. An entry of the first form is found by what its id leads to.
    private static func ownNumber(_ id: Hash32, txn: borrowing some KeyValueReader & ~Copyable) throws -> [UInt8]? {
        if let own = try txn.value(for: ownPrefix + id.bytes, in: fileIndexTable) { return own }
        guard let number = try txn.value(for: id, in: fileIndexTable), try entry(number, txn: txn)?.id == id else { return nil }
        return number
    }

    private static func entry(
        _ number: [UInt8], txn: borrowing some KeyValueReader & ~Copyable
    ) throws -> UpdateRecord? {
        try txn.value(for: number, in: journalTable).flatMap(JournalEntry.record)
    }
}
