public import Primitives

/// A Merkle-Patricia trie over a node database: a map from byte strings to non-empty byte strings whose content
/// is fixed by one hash (Yellow Paper, appendix D).
///
/// A value type: a copy is a cheap snapshot. Reading and changing touch only the nodes on the way to the key;
/// `commit` hands out the changed nodes for the database.
///
/// ```swift
/// var trie = MerklePatriciaTrie(database: StateNodes())
/// try trie.set(Array("puppy".utf8), for: Array("dog".utf8))
/// let root = trie.rootHash
/// ```
public struct MerklePatriciaTrie: Sendable {
    /// The root of the trie without entries: keccak(rlp("")).
    public static let emptyRoot = Keccak256.hash([0x80])

    let database: any StateDatabase
    var root: TrieNode

    /// The trie with the given root, whose nodes `database` holds.
    public init(root: Hash32 = MerklePatriciaTrie.emptyRoot, database: any StateDatabase) {
        self.database = database
        self.root = root == Self.emptyRoot ? .empty : .stored(root)
    }

    /// The hash of the present content.
    public var rootHash: Hash32 {
        if case .stored(let hash) = root { return hash }
        var nodes = StateNodes()
        return Keccak256.hash(root.encoded(into: &nodes))
    }

    /// Adds the nodes that changed since the last commit to `nodes`, and forgets them here: the trie reads them
    /// from its database from then on.
    public mutating func commit(into nodes: inout StateNodes) -> Hash32 {
        switch root {
        case .empty: return Self.emptyRoot
        case .stored(let hash): return hash
        default:
            let encoded = root.encoded(into: &nodes)
            let hash = Keccak256.hash(encoded)
            nodes.insert(node: encoded, hash: hash)
            root = .stored(hash)
            return hash
        }
    }

    /// The value of `key`, or `nil` when it is absent.
    public func value(for key: [UInt8]) throws(StateTrieError) -> [UInt8]? {
        var path = NibblePath.nibbles(of: key)[...]
        var node = root
        while true {
            switch node {
            case .empty: return nil
            case .stored(let hash): node = try load(hash)
            case .leaf(let rest, let value): return path.elementsEqual(rest) ? value : nil
            case .extension(let prefix, let child):
                guard path.starts(with: prefix) else { return nil }
                path = path.dropFirst(prefix.count)
                node = child
            case .branch(let children, let value):
                guard let nibble = path.popFirst() else { return value.isEmpty ? nil : value }
                node = children[Int(nibble)]
            }
        }
    }

    /// Sets the value of `key`; an empty value removes it.
    public mutating func set(_ value: [UInt8], for key: [UInt8]) throws(StateTrieError) {
        guard !value.isEmpty else { return try remove(key) }
        root = try inserting(value, at: NibblePath.nibbles(of: key)[...], into: root)
    }

    /// Removes `key` if it is there.
    public mutating func remove(_ key: [UInt8]) throws(StateTrieError) {
        if let changed = try removing(NibblePath.nibbles(of: key)[...], from: root) { root = changed }
    }

    /// The node of the database with the given hash.
    func load(_ hash: Hash32) throws(StateTrieError) -> TrieNode {
        guard let encoded = try database.node(hash) else { throw .missingNode(hash) }
        return try TrieNode(encoded: encoded, hash: hash)
    }
}
