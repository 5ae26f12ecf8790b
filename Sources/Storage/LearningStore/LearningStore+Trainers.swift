import KeyValueStore

extension LearningStore {
    /// The names under which trainers keep a state, in byte order.
    public func trainerNames() throws -> [String] {
        try store.read { txn in
            try txn.entries(in: Self.trainerTable).map { String(decoding: $0.key, as: UTF8.self) }
                .filter { !$0.hasPrefix(Self.startPrefix) }
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
