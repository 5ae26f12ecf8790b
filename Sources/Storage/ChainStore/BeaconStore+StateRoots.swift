import KeyValueStore
public import Primitives

extension BeaconStore {
    /// The block and the slot to whose state this root belongs, whether or not the state itself is stored.
    public func statePlace(_ stateRoot: Hash32) throws -> (block: Hash32, slot: UInt64)? {
        guard let bytes = try store.read({ txn in try txn.value(for: stateRoot, in: Self.stateRoots) }) else { return nil }
        guard bytes.count == 40, let block = Hash32(bytes.prefix(32)), let slot = UInt64(storeBytes: bytes.suffix(8)) else {
            throw ChainStoreError.malformed(table: Self.stateRoots.name, key: stateRoot.hex)
        }
        return (block, slot)
    }

    static func statePlace(_ block: Hash32, slot: UInt64) -> [UInt8] {
        block.bytes + slot.bigEndianBytes
    }

    /// Blocks written to the index in one transaction.
    private static let blocksPerWrite = 4096
    /// Stands among the values once every block is in the index.
    private static let indexMark = "state-roots"

    /// Adds the blocks of a folder from before there was an index.
    func indexOldStates() throws {
        guard try store.read({ txn in try txn.value(for: Self.indexMark, in: Self.values) }) == nil else { return }
        let blocks = try blockRoots(from: 0, through: .max)
        for start in stride(from: 0, to: blocks.count, by: Self.blocksPerWrite) {
            try write { batch in
                for (slot, root) in blocks[start..<min(start + Self.blocksPerWrite, blocks.count)] {
                    if let summary = try summary(root) { batch.putStateRoot(summary.stateRoot, of: root, slot: slot) }
                }
            }
        }
        try store.write { txn in try txn.put(UInt64(1), for: Self.indexMark, in: Self.values) }
    }
}
