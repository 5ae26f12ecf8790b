import AckQuorum
import BeaconTypes
import KeyValueStore
import Primitives
import SSZ
import SlashingDetection

/// The first ACK vote of each validator on each subject, and the widest certificate of each subject.
struct AckDatabase: Sendable {
    static let tables: [KeyValueStore.Table] = [voteTable, certificateTable]
    /// Subject (72 bytes), validator (8) → SSZ of the signed vote.
    static let voteTable: KeyValueStore.Table = "acks"
    /// Subject (72 bytes) → SSZ of the aggregate.
    static let certificateTable: KeyValueStore.Table = "ackCertificates"

    let store: KeyValueStore
    let spec: BeaconSpec

    /// A subject's book with all that was seen of it. What it proves was found before.
    func book(_ subject: AckSubject, context: AckContext) throws -> AckVoteBook {
        var book = AckVoteBook(subject: subject, context: context)
        let key = Self.key(subject)
        try store.read { txn in
            for entry in try txn.entries(in: Self.voteTable, prefix: key) {
                _ = book.insert(try SignedUpdateAck(deserializing: entry.value, spec))
            }
            if let bytes = try txn.value(for: key, in: Self.certificateTable) {
                _ = book.insert(try AckAggregate(deserializing: bytes, spec))
            }
        }
        return book
    }

    /// Records a vote unless the validator has one on record.
    func record(_ vote: SignedUpdateAck) throws {
        let key = Self.key(AckSubject(vote.message)) + vote.validatorIndex.bigEndianBytes
        try store.write { txn in
            if try !txn.contains(key, in: Self.voteTable) { try txn.put(vote.serialize(spec), for: key, in: Self.voteTable) }
        }
    }

    func record(_ certificate: AckAggregate) throws {
        try store.write { txn in
            try txn.put(certificate.serialize(spec), for: Self.key(AckSubject(certificate.ack)), in: Self.certificateTable)
        }
    }

    /// Removes what is too old for a block: the chain knows its block roots for SLOTS_PER_HISTORICAL_ROOT slots.
    func prune(currentSlot: Slot, limit: Int = 4096) throws {
        guard currentSlot > spec.preset.slotsPerHistoricalRoot else { return }
        let oldest = currentSlot - spec.preset.slotsPerHistoricalRoot
        try store.write { txn in
            for table in Self.tables { try txn.remove(before: oldest, in: table, limit: limit) }
        }
    }

    private static func key(_ subject: AckSubject) -> [UInt8] {
        subject.slot.bigEndianBytes + subject.anchorRoot.bytes + subject.updateID.bytes
    }
}
