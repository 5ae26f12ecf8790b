public import BeaconTypes
public import KeyValueStore
public import Primitives

/// Remembers on disk what each validator signed, and refuses whatever could be slashed: EIP-3076 in its minimal form
/// (the highest marks), and one ACK message per update.
///
/// Each `record…` returns only after the mark is on disk, so a signature that left the process is always on record,
/// whenever the process dies. Signing the very same message again is allowed.
public struct ProtectionDatabase: Sendable {
    /// The tables this database needs.
    public static let tables: [KeyValueStore.Table] = [blockTable, attestationTable, ackTable]
    static let blockTable: KeyValueStore.Table = "blocks"
    static let attestationTable: KeyValueStore.Table = "attestations"
    static let ackTable: KeyValueStore.Table = "acks"

    private let store: KeyValueStore

    /// - Parameter store: opened with `ProtectionDatabase.tables`, durable.
    public init(_ store: KeyValueStore) {
        self.store = store
    }

    /// Allows and records a block proposal, or throws.
    public func recordBlock(validator: BLSPubkey, slot: Slot, signingRoot: Root) throws {
        try store.write { txn in
            if let mark = try txn.value(for: validator, in: Self.blockTable).flatMap(BlockMark.init(bytes:)) {
                if mark.slot == slot && mark.signingRoot == signingRoot { return }
                guard slot > mark.slot else {
                    throw ValidatorClientError.protectionRefused("a block of slot \(slot); one of slot \(mark.slot) was signed before")
                }
            }
            try txn.put(BlockMark(slot: slot, signingRoot: signingRoot).bytes, for: validator, in: Self.blockTable)
        }
    }

    /// Allows and records an attestation, or throws: no double vote, no surrounding and no surrounded vote.
    public func recordAttestation(validator: BLSPubkey, source: Epoch, target: Epoch, signingRoot: Root) throws {
        guard source <= target else {
            throw ValidatorClientError.protectionRefused("an attestation with source \(source) after target \(target)")
        }
        try store.write { txn in
            if let mark = try txn.value(for: validator, in: Self.attestationTable).flatMap(AttestationMark.init(bytes:)) {
                if mark == AttestationMark(source: source, target: target, signingRoot: signingRoot) { return }
                guard target > mark.target, source >= mark.source else {
                    throw ValidatorClientError.protectionRefused(
                        "an attestation \(source)→\(target); \(mark.source)→\(mark.target) was signed before")
                }
            }
            let mark = AttestationMark(source: source, target: target, signingRoot: signingRoot)
            try txn.put(mark.bytes, for: validator, in: Self.attestationTable)
        }
    }

    /// Allows and records an ACK vote, or throws: one message for each slot, anchor and update.
    public func recordAck(validator: BLSPubkey, ack: UpdateAck, signingRoot: Root) throws {
        let subject = withUnsafeBytes(of: ack.slot.bigEndian) { Array($0) } + ack.anchorRoot.bytes + ack.updateId.bytes
        let key = validator.bytes + subject
        try store.write { txn in
            if let signed = try txn.value(for: key, in: Self.ackTable) {
                guard signed == signingRoot.bytes else {
                    throw ValidatorClientError.protectionRefused("a second, different ACK for update \(ack.updateId.shortHex)")
                }
                return
            }
            try txn.put(signingRoot, for: key, in: Self.ackTable)
        }
    }
}

/// The highest block signed.
private struct BlockMark {
    var slot: Slot
    var signingRoot: Root

    init(slot: Slot, signingRoot: Root) {
        self.slot = slot
        self.signingRoot = signingRoot
    }

    init?(bytes: [UInt8]) {
        guard bytes.count == 40, let root = Root(bytes[8...]) else { return nil }
        self.init(slot: bytes.bigEndian(at: 0), signingRoot: root)
    }

    var bytes: [UInt8] { slot.bigEndianBytes + signingRoot.bytes }
}

/// The attestation with the highest target.
private struct AttestationMark: Equatable {
    var source: Epoch
    var target: Epoch
    var signingRoot: Root

    init(source: Epoch, target: Epoch, signingRoot: Root) {
        self.source = source
        self.target = target
        self.signingRoot = signingRoot
    }

    init?(bytes: [UInt8]) {
        guard bytes.count == 48, let root = Root(bytes[16...]) else { return nil }
        self.init(source: bytes.bigEndian(at: 0), target: bytes.bigEndian(at: 8), signingRoot: root)
    }

    var bytes: [UInt8] { source.bigEndianBytes + target.bigEndianBytes + signingRoot.bytes }
}

extension UInt64 {
    fileprivate var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}

extension [UInt8] {
    fileprivate func bigEndian(at offset: Int) -> UInt64 { self[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) } }
}
