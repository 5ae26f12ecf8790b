import BeaconTypes
import KeyValueStore
import Primitives
import ServiceInterfaces
import SlashingDetection

/// Which blocks were taken in: a start finds those that the node imported without the slasher, whichever branch they are on
/// and however late they came.
struct BlockDatabase: Sendable {
    /// Slot (8 bytes, big-endian), root (32) → nothing.
    static let table: KeyValueStore.Table = "blocks"

    let store: KeyValueStore
    let spec: BeaconSpec

    func record(_ block: BlockReference) throws {
        try store.write { txn in try txn.put([UInt8](), for: Self.key(block), in: Self.table) }
    }

    /// The blocks that were not taken in, in the order given.
    func missing(among blocks: [BlockReference]) throws -> [BlockReference] {
        try store.read { txn in
            var missing: [BlockReference] = []
            for block in blocks where try !txn.contains(Self.key(block), in: Self.table) { missing.append(block) }
            return missing
        }
    }

    /// The first slot of the history, never genesis, which nobody signed.
    func oldestSlot(currentEpoch: Epoch) -> Slot {
        let (slot, overflow) = SpanLayout.oldestEpoch(current: currentEpoch)
            .multipliedReportingOverflow(by: spec.preset.slotsPerEpoch)
        return overflow ? .max : max(1, slot)
    }

    /// Removes blocks older than the history, at most `limit`.
    func prune(currentEpoch: Epoch, limit: Int = 4096) throws {
        let oldest = oldestSlot(currentEpoch: currentEpoch)
        guard oldest > 1 else { return }
        try store.write { txn in try txn.remove(before: oldest, in: Self.table, limit: limit) }
    }

    private static func key(_ block: BlockReference) -> [UInt8] { block.slot.bigEndianBytes + block.root.bytes }
}
