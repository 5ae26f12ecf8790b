import KeyValueStore
import Primitives

extension BeaconStore {
    /// The archive points, in order of slots.
    public func archivePoints() throws -> [ArchivePoint] {
        try store.read { txn in try txn.entries(in: Self.archive) }.map { entry in
            guard let slot = UInt64(storeBytes: entry.key), let root = Hash32(entry.value) else {
                throw ChainStoreError.malformed(table: Self.archive.name, key: entry.key.hex)
            }
            return ArchivePoint(slot: slot, stateRoot: root)
        }
    }

    /// Stands among the values once the archive points are listed.
    private static let listMark = "archive-points"

    /// Lists the finalised states of a folder from before there was a list.
    func listOldArchivePoints() throws {
        guard try store.read({ txn in try txn.value(for: Self.listMark, in: Self.values) }) == nil else { return }
        let finalized = try pointer(.finalized).flatMap { try summary($0)?.slot } ?? 0
        var roots: [Hash32] = []
        try store.read { txn in
            try txn.scan(Self.states) { key, _ in
                if let root = Hash32(key) { roots.append(root) }
                return .next
            }
        }
        try write { batch in
            for root in roots {
                guard let place = try statePlace(root), place.slot < finalized, try canonicalRoot(slot: place.slot) == place.block else {
                    continue
                }
                batch.putArchivePoint(ArchivePoint(slot: place.slot, stateRoot: root))
            }
        }
        try store.write { txn in try txn.put(UInt64(1), for: Self.listMark, in: Self.values) }
    }
}

extension BeaconBatch {
    /// Lets a stored state stay.
    public mutating func putArchivePoint(_ point: ArchivePoint) {
        batch.put(point.stateRoot, for: point.slot, in: BeaconStore.archive)
    }

    /// Takes a point off the list, and its state with it.
    public mutating func removeArchivePoint(_ point: ArchivePoint) {
        batch.remove(point.slot, in: BeaconStore.archive)
        removeState(point.stateRoot)
    }
}
