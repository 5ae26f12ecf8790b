public import BeaconTypes
public import KeyValueStore
public import Primitives
public import SlashingProtection

/// Remembers on disk what each validator signed, and refuses whatever could be slashed: the complete rules of EIP-3076,
/// and one ACK message for each slot, anchor and update.
///
/// Each `record` returns only after the history is on disk, so a signature that left the process is always on record,
/// whenever the process dies. Signing the very same message again is allowed. The newest messages are kept one by one,
/// older ones as bounds below which nothing is signed.
public struct ProtectionDatabase: Sendable {
    /// The tables this database needs.
    public static let tables: [KeyValueStore.Table] = [aboutTable, historyTable] + FirstFormat.tables
    static let aboutTable: KeyValueStore.Table = "about"
    static let historyTable: KeyValueStore.Table = "histories"
    private static let chainKey = "genesis_validators_root"
    /// Messages of each kind that a history keeps one by one, at least.
    static let keptMessages = 256

    /// Names the chain whose messages are recorded here.
    public let genesisValidatorsRoot: Root
    let store: KeyValueStore

    /// Opens the database of one chain, and binds it to that chain at the first time.
    ///
    /// - Parameter store: opened with `ProtectionDatabase.tables`, durable.
    /// - Throws: `ValidatorClientError.protectionDatabase` when it belongs to another chain or cannot be written.
    public init(_ store: KeyValueStore, genesisValidatorsRoot: Root) throws(ValidatorClientError) {
        self.store = store
        self.genesisValidatorsRoot = genesisValidatorsRoot
        try Self.reporting {
            try store.write { txn in
                if let known = try txn.value(for: Self.chainKey, in: Self.aboutTable) {
                    guard known == genesisValidatorsRoot.bytes else {
                        throw ValidatorClientError.protectionDatabase(
                            "it belongs to the chain \(known.hex), not to \(genesisValidatorsRoot); use the data directory of that chain")
                    }
                } else {
                    try txn.put(genesisValidatorsRoot, for: Self.chainKey, in: Self.aboutTable)
                }
                try FirstFormat.upgrade(&txn)
            }
        }
    }

    /// The chain that a store is bound to, `nil` before its first use.
    public static func chain(of store: KeyValueStore) throws(ValidatorClientError) -> Root? {
        try reporting { try store.read { txn in try txn.value(for: chainKey, in: aboutTable).flatMap { Root($0) } } }
    }

    /// Allows and records a block proposal, or throws.
    public func record(_ block: SignedBlockRecord, by validator: BLSPubkey) throws(ValidatorClientError) {
        try change(validator) { history throws(SlashingProtectionError) in try history.record(block) }
    }

    /// Allows and records an attestation, or throws: no double vote, no surrounding and no surrounded vote.
    public func record(_ attestation: SignedAttestationRecord, by validator: BLSPubkey) throws(ValidatorClientError) {
        try change(validator) { history throws(SlashingProtectionError) in try history.record(attestation) }
    }

    /// Allows and records an ACK vote, or throws.
    public func record(ack subject: AckSubject, signingRoot: Root, by validator: BLSPubkey) throws(ValidatorClientError) {
        try change(validator) { history throws(SlashingProtectionError) in
            try history.record(ack: subject, signingRoot: signingRoot)
        }
    }

    /// Allows and records the attestations of one slot in one write to disk.
    ///
    /// - Returns: for each vote `nil` when it may be signed, else the reason why not.
    /// - Throws: when the disk could not be written: then none may be signed.
    public func record(
        _ votes: [(validator: BLSPubkey, vote: SignedAttestationRecord)]
    ) throws(ValidatorClientError) -> [ValidatorClientError?] {
        try Self.reporting {
            try store.write { txn in
                try votes.map { entry -> ValidatorClientError? in
                    do {
                        try Self.change(entry.validator, &txn) { history throws(SlashingProtectionError) in
                            try history.record(entry.vote)
                        }
                        return nil
                    } catch let error as ValidatorClientError {
                        return error
                    }
                }
            }
        }
    }

    /// Everything known of one validator; an empty history when nothing is.
    public func history(of validator: BLSPubkey) throws(ValidatorClientError) -> ValidatorHistory {
        try Self.reporting { try store.read { txn in try Self.load(validator, txn) } }
    }

    private func change(
        _ validator: BLSPubkey, _ body: (inout ValidatorHistory) throws(SlashingProtectionError) -> Void
    ) throws(ValidatorClientError) {
        try Self.reporting { try store.write { txn in try Self.change(validator, &txn, body) } }
    }

    private static func change(
        _ validator: BLSPubkey, _ txn: inout WriteTransaction, _ body: (inout ValidatorHistory) throws(SlashingProtectionError) -> Void
    ) throws {
        let before = try load(validator, txn)
        var history = before
        do {
            try body(&history)
        } catch {
            throw ValidatorClientError.protectionRefused(error)
        }
        guard history != before else { return }
        history.keepNewest(keptMessages)
        try txn.put(StoredHistory(history).bytes, for: validator, in: historyTable)
    }

    static func load(_ validator: BLSPubkey, _ txn: borrowing some KeyValueReader & ~Copyable) throws -> ValidatorHistory {
        guard let bytes = try txn.value(for: validator, in: historyTable) else { return ValidatorHistory() }
        return try decode(bytes, of: validator)
    }

    static func decode(_ bytes: [UInt8], of validator: BLSPubkey) throws(ValidatorClientError) -> ValidatorHistory {
        do {
            return try StoredHistory(bytes: bytes).history
        } catch {
            throw .protectionDatabase("the history of validator \(validator.hex): \(error)")
        }
    }

    /// Runs `body` and reports whatever the store throws as a database that cannot be used.
    static func reporting<R>(_ body: () throws -> R) throws(ValidatorClientError) -> R {
        do {
            return try body()
        } catch let error as ValidatorClientError {
            throw error
        } catch {
            throw .protectionDatabase("\(error)")
        }
    }
}
