public import Primitives

/// Why a trie could not be read.
public enum StateTrieError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The database lacks a node that another one names: the state was pruned, or the database is damaged.
    case missingNode(Hash32)
    /// The database lacks a contract's code.
    case missingCode(Hash32)
    /// A node's bytes are no trie node.
    case malformedNode(Hash32, reason: String)
    /// A leaf of the state trie is no account, or one of a storage trie no integer.
    case malformedValue(key: Hash32, reason: String)
    /// The database failed.
    case databaseFailed(String)
    /// A Merkle proof does not lead from the root to the key.
    case badProof(String)
    /// A balance would exceed 2^256 - 1 or fall below zero.
    case balanceOutOfRange(Address)

    public var description: String {
        switch self {
        case .missingNode(let hash): "state trie node \(hash) is not in the database: the state is pruned or the database damaged"
        case .missingCode(let hash): "contract code \(hash) is not in the database"
        case .malformedNode(let hash, let reason): "state trie node \(hash) is malformed: \(reason)"
        case .malformedValue(let key, let reason): "the value under hashed key \(key) is malformed: \(reason)"
        case .databaseFailed(let reason): "the state database failed: \(reason)"
        case .badProof(let reason): "Merkle proof refused: \(reason)"
        case .balanceOutOfRange(let address): "the balance of \(address) would leave the range of 256 bits"
        }
    }
}
