public import KeyValueStore
public import Primitives

/// What persists of the learning side: adapter states by root, losses that were measured, what became of each
/// update, and each trainer's progress. Every call is one transaction.
public struct LearningStore: Sendable {
    /// The tables this store needs in its database.
    public static let tables: [KeyValueStore.Table] = [
        adapterTable, lossTable, journalTable, fileIndexTable, trainerTable, pastTable,
    ]
    static let adapterTable: KeyValueStore.Table = "adapters"
    static let lossTable: KeyValueStore.Table = "losses"
    static let journalTable: KeyValueStore.Table = "journal"
    static let fileIndexTable: KeyValueStore.Table = "journal_files"
    static let trainerTable: KeyValueStore.Table = "trainers"
    /// Roots of blocks up to which the journal has the past; no values.
    static let pastTable: KeyValueStore.Table = "past"

    let store: KeyValueStore

    public init(_ store: KeyValueStore) {
        self.store = store
    }
}

/// Why something in the store cannot be used.
public enum LearningStoreError: Error, Equatable, Sendable, CustomStringConvertible {
    case damagedAdapter(Hash32)

    public var description: String {
        switch self {
        case .damagedAdapter(let root):
            "the stored adapter \(root) does not have that root; the store is damaged, start with an empty --datadir"
        }
    }
}
