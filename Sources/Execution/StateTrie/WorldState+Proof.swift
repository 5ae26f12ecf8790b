public import Primitives

/// What shows an account's place in a state (EIP-1186).
public struct AccountProof: Hashable, Sendable {
    public struct Slot: Hashable, Sendable {
        public var key: Hash32
        public var value: UInt256
        public var nodes: [[UInt8]]
    }

    /// An empty one where there is none.
    public var account: Account
    public var nodes: [[UInt8]]
    public var slots: [Slot]
}

extension WorldState {
    /// The proof of an account, or of its absence, with those of the given slots, in the state of the last commit.
    public func proof(of address: Address, slots keys: [Hash32]) throws(StateTrieError) -> AccountProof {
        let account = try committedAccount(address) ?? Account()
        var proof = AccountProof(account: account, nodes: try committed.proof(for: Keccak256.hash(address.bytes).bytes), slots: [])
        let trie = MerklePatriciaTrie(root: account.storageRoot, database: database)
        for key in keys {
            let nodes = account.storageRoot == MerklePatriciaTrie.emptyRoot ? [] : try trie.proof(for: Keccak256.hash(key.bytes).bytes)
            proof.slots.append(AccountProof.Slot(key: key, value: try storage(address, slot: key), nodes: nodes))
        }
        return proof
    }
}
