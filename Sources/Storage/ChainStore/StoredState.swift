import KeyValueStore
public import Primitives

/// The state after a block, as the execution store counts who needs its trie nodes.
public struct StoredState: Hashable, Sendable {
    /// The block's number and hash.
    public var number: UInt64
    public var block: Hash32
    /// The state's root.
    public var root: Hash32

    public init(number: UInt64, block: Hash32, root: Hash32) {
        self.number = number
        self.block = block
        self.root = root
    }

    /// Number as 8 big-endian bytes, then the block's hash.
    var key: [UInt8] { number.bigEndianBytes + block.bytes }

    init?(key: [UInt8], root: [UInt8]) {
        guard key.count == 40, let number = UInt64(storeBytes: key.prefix(8)), let block = Hash32(key.dropFirst(8)),
            let root = Hash32(root)
        else { return nil }
        self.init(number: number, block: block, root: root)
    }
}
