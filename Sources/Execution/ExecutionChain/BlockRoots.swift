public import EngineTypes
public import Primitives
import RLP
import StateTrie

/// The hashes by which a header commits to its body.
public enum BlockRoots {
    /// keccak(rlp([])): no uncles.
    public static let emptyOmmers = Keccak256.hash([0xc0])
    /// The root of an empty trie.
    public static let emptyTrie = MerklePatriciaTrie.emptyRoot
    /// The requests hash of a block without requests: sha256("").
    public static let emptyRequests = SHA256.hash([])

    public static func transactions(_ transactions: [[UInt8]]) -> Hash32 { TrieRoot.orderedRoot(of: transactions) }

    public static func withdrawals(_ withdrawals: [Withdrawal]) -> Hash32 {
        TrieRoot.orderedRoot(of: withdrawals.map(\.encoded))
    }

    /// `receipts` are EIP-2718 envelopes.
    public static func receipts(_ receipts: [[UInt8]]) -> Hash32 { TrieRoot.orderedRoot(of: receipts) }

    public static func ommers(_ ommers: [BlockHeader]) -> Hash32 {
        Keccak256.hash(RLPEncoder.list { list in for ommer in ommers { list.append(encoded: ommer.encoded) } })
    }

    /// EIP-7685: sha256 over the sha256 of each request list that holds more than its type byte.
    public static func requests(_ requests: [[UInt8]]) -> Hash32 {
        SHA256.hash(requests.filter { $0.count > 1 }.flatMap { SHA256.hash($0).bytes })
    }
}
