public import Primitives
import RLP

/// All accounts, their storage and code: the state that blocks change.
///
/// Changes are collected in memory and reach the tries at `commit`, so that an account touched by many
/// transactions of a block costs one path of the trie. A copy is a snapshot.
public struct WorldState: Sendable {
    let database: any StateDatabase
    /// The accounts of the last commit, by keccak(address).
    private var trie: MerklePatriciaTrie
    /// Changed accounts; an inner `nil` is a deleted one.
    private var accounts: [Address: Account?] = [:]
    /// Changed storage slots.
    private var storage: [Address: [Hash32: UInt256]] = [:]
    private var codes: [Hash32: [UInt8]] = [:]

    /// The state with the given root, whose nodes `database` holds.
    public init(root: Hash32 = MerklePatriciaTrie.emptyRoot, database: any StateDatabase) {
        self.database = database
        trie = MerklePatriciaTrie(root: root, database: database)
    }

    // MARK: Reading

    /// The account at `address`, or `nil` when there is none. Its `storageRoot` is that of the last commit.
    public func account(_ address: Address) throws(StateTrieError) -> Account? {
        if let changed = accounts[address] { return changed }
        return try committedAccount(address)
    }

    /// The trie of the last commit.
    var committed: MerklePatriciaTrie { trie }

    /// The account of the last commit.
    func committedAccount(_ address: Address) throws(StateTrieError) -> Account? {
        let key = Self.key(address)
        guard let encoded = try trie.value(for: key.bytes) else { return nil }
        do {
            return try Account(encoded: encoded)
        } catch {
            throw .malformedValue(key: key, reason: error.description)
        }
    }

    public func balance(_ address: Address) throws(StateTrieError) -> UInt256 { try account(address)?.balance ?? .zero }
    public func nonce(_ address: Address) throws(StateTrieError) -> UInt64 { try account(address)?.nonce ?? 0 }

    /// The code at `address`, empty when it has none.
    public func code(_ address: Address) throws(StateTrieError) -> [UInt8] {
        guard let hash = try account(address)?.codeHash, hash != Account.emptyCodeHash else { return [] }
        if let code = codes[hash] { return code }
        guard let code = try database.code(hash) else { throw .missingCode(hash) }
        return code
    }

    /// The value of a storage slot, zero when it was never set.
    public func storage(_ address: Address, slot: Hash32) throws(StateTrieError) -> UInt256 {
        if let changed = storage[address]?[slot] { return changed }
        guard let account = try account(address), account.storageRoot != MerklePatriciaTrie.emptyRoot else { return .zero }
        let key = Keccak256.hash(slot.bytes)
        let slots = MerklePatriciaTrie(root: account.storageRoot, database: database)
        guard let encoded = try slots.value(for: key.bytes) else { return .zero }
        do {
            var decoder = try RLPDecoder(encoded)
            let value = try decoder.uint256()
            try decoder.finish()
            return value
        } catch {
            throw .malformedValue(key: key, reason: error.description)
        }
    }

    // MARK: Changing

    /// Puts `account` at `address`. Its storage stays what `storageRoot` says plus the slots set here.
    public mutating func setAccount(_ account: Account, at address: Address) { accounts[address] = account }

    /// Removes the account with its storage.
    public mutating func removeAccount(_ address: Address) {
        accounts[address] = .some(nil)
        storage[address] = nil
    }

    /// Credits `amount` wei. Crediting nothing to an account that does not exist leaves it so (EIP-161).
    public mutating func addBalance(_ amount: UInt256, to address: Address) throws(StateTrieError) {
        var account = try account(address) ?? Account()
        let (sum, overflow) = account.balance.addingReportingOverflow(amount)
        guard !overflow else { throw .balanceOutOfRange(address) }
        account.balance = sum
        if account.isEmpty {
            removeAccount(address)
        } else {
            accounts[address] = account
        }
    }

    public mutating func setCode(_ code: [UInt8], at address: Address) throws(StateTrieError) {
        var account = try account(address) ?? Account()
        account.codeHash = Keccak256.hash(code)
        if !code.isEmpty { codes[account.codeHash] = code }
        accounts[address] = account
    }

    /// Sets a storage slot of an existing account; zero clears it.
    public mutating func setStorage(_ value: UInt256, at address: Address, slot: Hash32) throws(StateTrieError) {
        if accounts[address] == nil, let account = try account(address) { accounts[address] = account }
        storage[address, default: [:]][slot] = value
    }

    // MARK: Roots

    /// Applies the changes to the tries and adds the new nodes and code to `nodes`.
    ///
    /// - Returns: the state root. The caller writes `nodes` to the database before using this value further.
    public mutating func commit(into nodes: inout StateNodes) throws(StateTrieError) -> Hash32 {
        for (address, changed) in accounts {
            let key = Self.key(address).bytes
            guard var account = changed else {
                try trie.remove(key)
                continue
            }
            if let slots = storage[address] { account.storageRoot = try commit(slots, of: account, into: &nodes) }
            try trie.set(account.encoded, for: key)
        }
        for (hash, code) in codes { nodes.insert(code: code, hash: hash) }
        accounts = [:]
        storage = [:]
        codes = [:]
        return trie.commit(into: &nodes)
    }

    private func commit(
        _ slots: [Hash32: UInt256], of account: Account, into nodes: inout StateNodes
    ) throws(StateTrieError) -> Hash32 {
        var trie = MerklePatriciaTrie(root: account.storageRoot, database: database)
        for (slot, value) in slots {
            let key = Keccak256.hash(slot.bytes).bytes
            if value.isZero {
                try trie.remove(key)
            } else {
                var encoder = RLPEncoder(capacity: 33)
                encoder.append(value)
                try trie.set(encoder.bytes, for: key)
            }
        }
        return trie.commit(into: &nodes)
    }

    /// Accounts and slots are filed under the hash of their key ("secure trie"), so nobody chooses their depth.
    private static func key(_ address: Address) -> Hash32 { Keccak256.hash(address.bytes) }
}
