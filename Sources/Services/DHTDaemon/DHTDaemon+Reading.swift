public import KeyValueStore
public import Primitives

extension DHTDaemon {
    /// The update file `id` in a daemon's database, which may be open for reading alone; its bytes are checked.
    public static func blob(_ id: Hash32, in store: KeyValueStore) throws -> [UInt8]? {
        guard let blob = try store.read({ txn in try txn.value(for: id, in: blobTable) }) else { return nil }
        return SHA256.hash(blob) == id ? blob : nil
    }
}
