import KeyValueStore
public import Primitives

/// The journal maps a running number and an update's id to an opaque entry; each input file's id leads to it too.
extension LearningStore {
    /// Writes or replaces the entry of an update. A new update gets the next number.
    public func putJournal(id: Hash32, files: [Hash32], entry: [UInt8]) throws {
        try store.write { txn in
            let number: [UInt8]
            if let known = try txn.value(for: id, in: Self.fileIndexTable) {
                number = known
            } else {
                let last = try txn.first(in: Self.journalTable, prefix: [], order: .descending)
                let next = last.flatMap { UInt64(storeBytes: $0.key) }.map { $0 + 1 } ?? 0
                number = withUnsafeBytes(of: next.bigEndian) { Array($0) }
            }
            try txn.put(entry, for: number, in: Self.journalTable)
            for key in [id] + files { try txn.put(number, for: key, in: Self.fileIndexTable) }
        }
    }

    /// The entry of an update, by its id or by the id of one of its input files.
    public func journal(_ id: Hash32) throws -> [UInt8]? {
        try store.read { txn in
            guard let number = try txn.value(for: id, in: Self.fileIndexTable) else { return nil }
            return try txn.value(for: number, in: Self.journalTable)
        }
    }

    /// The latest entries, newest first.
    public func latestJournal(limit: Int) throws -> [[UInt8]] {
        try store.read { txn in
            try txn.entries(in: Self.journalTable, prefix: [], order: .descending, limit: limit).map(\.value)
        }
    }
}

/// A trainer's own state between rounds, opaque to the store.
extension LearningStore {
    public func trainerState(_ name: String) throws -> [UInt8]? {
        try store.read { txn in try txn.value(for: name, in: Self.trainerTable) }
    }

    /// Writes a trainer's state and, if given, what it keeps of the adapters it was told to start from, together.
    public func putTrainerState(_ state: [UInt8], name: String, start: [UInt8]? = nil) throws {
        try store.write { txn in
            try txn.put(state, for: name, in: Self.trainerTable)
            if let start { try txn.put(start, for: Self.startPrefix + name, in: Self.trainerTable) }
        }
    }

    /// What a trainer keeps of the adapters it was told to start from.
    public func trainerStart(_ name: String) throws -> [UInt8]? {
        try store.read { txn in try txn.value(for: Self.startPrefix + name, in: Self.trainerTable) }
    }

    static let startPrefix = "start:"
}
