/// Why a chain database is unusable.
public enum ChainStoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The database was written by a version with another layout.
    case wrongVersion(found: UInt64, expected: UInt64)
    /// An entry does not have the bytes that its table demands.
    case malformed(table: String, key: String)

    public var description: String {
        switch self {
        case .wrongVersion(let found, let expected):
            "the chain database has layout \(found), this version reads layout \(expected): use the version that wrote it, or move "
                + "chain_data away to fetch the chain anew; secrets_data, which holds the slashing protection, stays"
        case .malformed(let table, let key):
            "the chain database is damaged: entry \(key) of table '\(table)' has a wrong size; restore it "
                + "from a backup, or move chain_data away to fetch the chain anew; secrets_data, which holds the slashing protection, stays"
        }
    }
}
