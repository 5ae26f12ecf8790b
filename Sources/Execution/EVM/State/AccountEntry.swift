import Primitives
import StateTrie

/// An account as a block's transactions see and change it.
struct AccountEntry: Sendable {
    let address: Address
    /// Whether the account is in the state. Before EIP-161 also empty ones are.
    var exists: Bool
    var nonce: UInt64
    var balance: UInt256
    var codeHash: Hash32
    /// `nil` until something asks for it.
    var code: Code?
    var slots: [UInt256: StorageSlot] = [:]
    /// Whether the account has storage in the reader.
    var hasStoredSlots: Bool
    /// Whether the reader's storage is void: the account was created or destroyed since.
    var isStorageVoid = false
    /// Whether a commit must write the account.
    var isDirty = false
    // The transactions, counted from 1, in which this happened last; a later transaction sees them as undone.
    var warmIn: UInt32 = 0
    var touchedIn: UInt32 = 0
    var createdIn: UInt32 = 0
    var destroyedIn: UInt32 = 0

    init(_ address: Address, _ account: Account?) {
        self.address = address
        exists = account != nil
        nonce = account?.nonce ?? 0
        balance = account?.balance ?? .zero
        codeHash = account?.codeHash ?? Account.emptyCodeHash
        hasStoredSlots = account.map { $0.storageRoot != MerklePatriciaTrie.emptyRoot } ?? false
    }

    /// No nonce, no balance, no code (EIP-161).
    var isEmpty: Bool { nonce == 0 && balance.isZero && codeHash == Account.emptyCodeHash }
}

/// A storage slot with what the gas rules ask about it.
struct StorageSlot: Sendable, BitwiseCopyable {
    var value: UInt256
    /// The value at the beginning of the transaction `originalIn`.
    var original: UInt256
    /// The value that the reader has.
    let stored: UInt256
    var originalIn: UInt32
    var warmIn: UInt32 = 0

    init(stored: UInt256, transaction: UInt32) {
        value = stored
        original = stored
        self.stored = stored
        originalIn = transaction
    }
}
