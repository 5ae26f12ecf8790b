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
