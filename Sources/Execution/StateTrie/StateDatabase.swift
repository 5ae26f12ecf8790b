public import Primitives

/// Where trie nodes and contract code come from.
public protocol StateDatabase: Sendable {
    /// The RLP of the trie node with the given Keccak-256 hash, or `nil` when it is absent.
    func node(_ hash: Hash32) throws(StateTrieError) -> [UInt8]?
    /// The code with the given Keccak-256 hash, or `nil` when it is absent.
    func code(_ hash: Hash32) throws(StateTrieError) -> [UInt8]?
}

/// Trie nodes and code in memory: what a commit adds to a database, and a database of its own for small states.
public struct StateNodes: StateDatabase, Equatable {
    /// Encoded trie nodes by their hash.
    public private(set) var nodes: [Hash32: [UInt8]] = [:]
    /// Contract code by its hash.
    public private(set) var codes: [Hash32: [UInt8]] = [:]

    public init() {}

    public var isEmpty: Bool { nodes.isEmpty && codes.isEmpty }

    public func node(_ hash: Hash32) -> [UInt8]? { nodes[hash] }
    public func code(_ hash: Hash32) -> [UInt8]? { codes[hash] }

    public mutating func insert(node encoded: [UInt8], hash: Hash32) { nodes[hash] = encoded }
    public mutating func insert(code: [UInt8], hash: Hash32) { codes[hash] = code }

    /// Adds everything that `other` holds.
    public mutating func formUnion(_ other: StateNodes) {
        nodes.merge(other.nodes) { old, _ in old }
        codes.merge(other.codes) { old, _ in old }
    }
}
