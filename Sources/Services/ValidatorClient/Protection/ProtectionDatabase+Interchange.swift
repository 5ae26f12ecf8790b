public import BeaconTypes
import KeyValueStore
public import Primitives
public import SlashingProtection

extension ProtectionDatabase {
    /// Merges the histories of another client, all or none: what they hold happened.
    ///
    /// - Throws: `ValidatorClientError.protectionDatabase` for histories of another chain.
    public func merge(_ imported: ProtectionHistory) throws(ValidatorClientError) {
        guard imported.genesisValidatorsRoot == genesisValidatorsRoot else {
            throw .protectionDatabase(
                "\(SlashingProtectionError.otherChain(expected: genesisValidatorsRoot, actual: imported.genesisValidatorsRoot))")
        }
        try Self.reporting {
            try store.write { txn in
                for (validator, history) in imported.validators {
                    var merged = try Self.load(validator, txn)
                    merged.merge(history)
                    try txn.put(StoredHistory(merged).bytes, for: validator, in: Self.historyTable)
                }
            }
        }
    }

    /// The histories of the given validators, or of all.
    public func histories(of validators: Set<BLSPubkey>? = nil) throws(ValidatorClientError) -> ProtectionHistory {
        try Self.reporting {
            var result = ProtectionHistory(genesisValidatorsRoot: genesisValidatorsRoot)
            try store.read { txn in
                for entry in try txn.entries(in: Self.historyTable) {
                    guard let validator = BLSPubkey(entry.key) else {
                        throw ValidatorClientError.protectionDatabase("a key of \(entry.key.count) bytes stands among the validators")
                    }
                    guard validators?.contains(validator) ?? true else { continue }
                    result.validators[validator] = try Self.decode(entry.value, of: validator)
                }
            }
            return result
        }
    }
}
