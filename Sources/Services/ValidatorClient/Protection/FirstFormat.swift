import BeaconTypes
import KeyValueStore
import Primitives
import SlashingProtection

/// The database's first format kept the highest block and attestation of a validator in two tables, and its ACKs in a
/// third. What stands there is moved into histories: a highest mark is a message like any other.
enum FirstFormat {
    static let tables: [KeyValueStore.Table] = [blocks, attestations, acks]
    private static let blocks: KeyValueStore.Table = "blocks"
    private static let attestations: KeyValueStore.Table = "attestations"
    private static let acks: KeyValueStore.Table = "acks"

    static func upgrade(_ txn: inout WriteTransaction) throws {
        for (key, value) in try txn.entries(in: blocks) {
            guard let validator = BLSPubkey(key), value.count == 40, let slot = value.bigEndian(Slot.self, at: 0),
                let root = Root(value[8...])
            else { throw damaged("block") }
            try merge(&txn, validator) { history in
                history.merge(blocks: [SignedBlockRecord(slot: slot, signingRoot: root)], attestations: [])
            }
        }
        for (key, value) in try txn.entries(in: attestations) {
            guard let validator = BLSPubkey(key), value.count == 48, let source = value.bigEndian(Epoch.self, at: 0),
                let target = value.bigEndian(Epoch.self, at: 8), let root = Root(value[16...])
            else { throw damaged("attestation") }
            let vote = SignedAttestationRecord(sourceEpoch: source, targetEpoch: target, signingRoot: root)
            try merge(&txn, validator) { history in history.merge(blocks: [], attestations: [vote]) }
        }
        for (key, value) in try txn.entries(in: acks) {
            guard key.count == 120, let validator = BLSPubkey(key[..<48]), let slot = key.bigEndian(Slot.self, at: 48),
                let anchor = Root(key[56..<88]), let update = Root(key[88...]), let root = Root(value)
            else { throw damaged("ACK") }
            let subject = AckSubject(slot: slot, anchorRoot: anchor, updateID: update)
            try merge(&txn, validator) { history in try history.record(ack: subject, signingRoot: root) }
        }
        for table in tables { _ = try txn.removeAll(in: table) }
    }

    private static func merge(
        _ txn: inout WriteTransaction, _ validator: BLSPubkey, _ body: (inout ValidatorHistory) throws -> Void
    ) throws {
        var history = try ProtectionDatabase.load(validator, txn)
        try body(&history)
        try txn.put(StoredHistory(history).bytes, for: validator, in: ProtectionDatabase.historyTable)
    }

    private static func damaged(_ kind: String) -> ValidatorClientError {
        .protectionDatabase("a stored \(kind) mark is damaged")
    }
}
