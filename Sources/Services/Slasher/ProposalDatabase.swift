import BeaconTypes
import KeyValueStore
import Primitives
import SSZ
import SlashingDetection

/// The first signed header of each proposer for each slot.
struct ProposalDatabase: Sendable {
    /// Slot (8 bytes), proposer (8), big-endian → SSZ of the signed header.
    static let table: KeyValueStore.Table = "proposals"

    let store: KeyValueStore
    let spec: BeaconSpec

    /// Judges a header and records it when it is the first of its slot and proposer.
    func judge(_ header: SignedBeaconBlockHeader) throws -> ProposerSlashing? {
        let key = Self.key(header.message)
        return try store.write { txn in
            guard let bytes = try txn.value(for: key, in: Self.table) else {
                try txn.put(header.serialize(spec), for: key, in: Self.table)
                return nil
            }
            let first = try SignedBeaconBlockHeader(deserializing: bytes, spec)
            return first.message == header.message ? nil : ProposerSlashing(signedHeader1: first, signedHeader2: header)
        }
    }

    /// Whether another header of the same proposer and slot is on record.
    func contradicts(_ header: BeaconBlockHeader) throws -> Bool {
        guard let bytes = try store.read({ txn in try txn.value(for: Self.key(header), in: Self.table) }) else { return false }
        return try SignedBeaconBlockHeader(deserializing: bytes, spec).message != header
    }

    /// Removes headers older than the history, at most `limit`.
    func prune(currentEpoch: Epoch, limit: Int = 4096) throws {
        let oldest = SpanLayout.oldestEpoch(current: currentEpoch).multipliedReportingOverflow(by: spec.preset.slotsPerEpoch).partialValue
        guard oldest > 0 else { return }
        try store.write { txn in try txn.remove(before: oldest, in: Self.table, limit: limit) }
    }

    private static func key(_ header: BeaconBlockHeader) -> [UInt8] {
        header.slot.bigEndianBytes + header.proposerIndex.bigEndianBytes
    }
}
