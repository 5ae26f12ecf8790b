public import Primitives
public import RLP

/// An account as the state trie holds it (Yellow Paper, section 4.1).
public struct Account: Hashable, Sendable {
    public var nonce: UInt64
    /// Wei.
    public var balance: UInt256
    public var storageRoot: Hash32
    public var codeHash: Hash32

    /// keccak(""): the code hash of an account without code.
    public static let emptyCodeHash = Keccak256.hash([])

    public init(
        nonce: UInt64 = 0, balance: UInt256 = .zero, storageRoot: Hash32 = MerklePatriciaTrie.emptyRoot,
        codeHash: Hash32 = Account.emptyCodeHash
    ) {
        self.nonce = nonce
        self.balance = balance
        self.storageRoot = storageRoot
        self.codeHash = codeHash
    }

    public var hasCode: Bool { codeHash != Self.emptyCodeHash }

    /// No nonce, no balance, no code: such accounts do not exist since EIP-161.
    public var isEmpty: Bool { nonce == 0 && balance.isZero && !hasCode }

    public var encoded: [UInt8] {
        RLPEncoder.list { list in
            list.append(nonce)
            list.append(balance)
            list.append(storageRoot)
            list.append(codeHash)
        }
    }

    public init(encoded: [UInt8]) throws(RLPError) {
        var fields = try RLPDecoder.list(encoded)
        nonce = try fields.uint64()
        balance = try fields.uint256()
        storageRoot = try fields.hash32()
        codeHash = try fields.hash32()
        try fields.finish()
    }
}
