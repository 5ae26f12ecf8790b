public import Primitives

/// Nodes and code in memory before those of a database.
public struct LayeredState: StateDatabase {
    public var added: StateNodes
    let base: any StateDatabase

    public init(_ base: any StateDatabase, added: StateNodes = StateNodes()) {
        self.base = base
        self.added = added
    }

    public func node(_ hash: Hash32) throws(StateTrieError) -> [UInt8]? {
        if let node = added.node(hash) { return node }
        return try base.node(hash)
    }

    public func code(_ hash: Hash32) throws(StateTrieError) -> [UInt8]? {
        if let code = added.code(hash) { return code }
        return try base.code(hash)
    }
}
