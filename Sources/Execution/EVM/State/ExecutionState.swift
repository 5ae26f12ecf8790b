public import Primitives
public import StateTrie

/// The state while transactions run: what they read, what they changed, and a journal by which any part of it can be
/// taken back.
///
/// Accounts keep their position once they were loaded, so frames and journal name them by number. A failure of the
/// reader is kept in `failure` and ends the transaction after the machine stops: instructions cannot throw it.
public struct ExecutionState {
    /// A point to which the state can return.
    public struct Checkpoint: Sendable {
        var changes = 0
        var logs = 0
        var refund: Int64 = 0
    }

    public let reader: any StateReader
    var entries = ContiguousArray<AccountEntry>()
    private var positions: [Address: Int] = [:]
    private var journal = ContiguousArray<StateChange>()
    private var transient: [TransientKey: UInt256] = [:]
    /// Positions touched or destroyed in this transaction, some taken back since.
    private var ending = ContiguousArray<Int>()
    private let codes: CodeCache
    public private(set) var logs: [Log] = []
    public var refund: Int64 = 0
    /// Counts transactions, so that warmth and original values end by themselves.
    private(set) var transaction: UInt32 = 1
    public private(set) var failure: StateTrieError?

    /// - Parameter codes: code made ready to run by earlier blocks, and by this one.
    public init(reader: any StateReader, codes: CodeCache = CodeCache()) {
        self.reader = reader
        self.codes = codes
    }

    /// Keeps the first failure of what the machine reads from.
    mutating func fail(_ error: StateTrieError) { failure = failure ?? error }

    // MARK: Accounts

    /// The position of an account, loaded if need be.
    mutating func position(_ address: Address) -> Int {
        if let position = positions[address] { return position }
        var account: Account?
        do {
            account = try reader.account(address)
        } catch {
            fail(error)
        }
        let position = entries.count
        entries.append(AccountEntry(address, account))
        positions[address] = position
        return position
    }

    public mutating func balance(_ address: Address) -> UInt256 { entries[position(address)].balance }
    public mutating func nonce(_ address: Address) -> UInt64 { entries[position(address)].nonce }
    public mutating func codeHash(_ address: Address) -> Hash32 {
        entries[position(address)].codeHash
    }

    /// Whether the account is in the state.
    public mutating func exists(_ address: Address) -> Bool { entries[position(address)].exists }

    /// Whether the account does not exist, or is empty in the sense of EIP-161.
    mutating func isDead(_ position: Int) -> Bool {
        !entries[position].exists || entries[position].isEmpty
    }

    mutating func code(_ position: Int) -> Code {
        if let code = entries[position].code { return code }
        let hash = entries[position].codeHash
        if hash == Account.emptyCodeHash { return .empty }
        if let code = codes.code(hash) {
            entries[position].code = code
            return code
        }
        var bytes: [UInt8] = []
        do {
            bytes = try reader.code(entries[position].address)
        } catch {
            fail(error)
        }
        let code = Code(bytes, hash: hash)
        if failure == nil { codes.insert(code, hash: hash) }
        entries[position].code = code
        return code
    }

    /// The code at `address` itself, not that of an account it delegates to.
    public mutating func code(of address: Address) -> [UInt8] { code(position(address)).array }

    /// The account to which the code at `address` delegates (EIP-7702).
    public mutating func delegate(of address: Address) -> Address? {
        code(position(address)).delegate
    }

    /// Makes the account exist, and a commit write it.
    mutating func markExisting(_ position: Int) {
        entries[position].isDirty = true
        guard !entries[position].exists else { return }
        journal.append(.existence(position, false))
        entries[position].exists = true
    }

    mutating func setBalance(_ position: Int, _ balance: UInt256) {
        markExisting(position)
        journal.append(.balance(position, entries[position].balance))
        entries[position].balance = balance
    }

    /// Adds wei, and touches the account even when there is nothing to add.
    public mutating func credit(_ amount: UInt256, to address: Address) {
        let position = position(address)
        touch(position)
        setBalance(position, entries[position].balance &+ amount)
    }

    /// Takes wei away; the caller has compared them with the balance.
    public mutating func debit(_ amount: UInt256, from address: Address) {
        let position = position(address)
        touch(position)
        setBalance(position, entries[position].balance &- amount)
    }

    public mutating func setNonce(_ nonce: UInt64, of address: Address) {
        setNonce(position(address), nonce)
    }

    mutating func setNonce(_ position: Int, _ nonce: UInt64) {
        markExisting(position)
        journal.append(.nonce(position, entries[position].nonce))
        entries[position].nonce = nonce
    }

    public mutating func setCode(_ bytes: [UInt8], of address: Address) {
        setCode(position(address), bytes)
    }

    mutating func setCode(_ position: Int, _ bytes: [UInt8]) {
        markExisting(position)
        journal.append(.code(position, hash: entries[position].codeHash, code: entries[position].code))
        let hash = Keccak256.hash(bytes)
        let code = codes.code(hash) ?? Code(bytes, hash: hash)
        codes.insert(code, hash: hash)
        entries[position].codeHash = hash
        entries[position].code = code
    }

    /// Marks an account that EIP-161 deletes at the end of the transaction if it is empty then.
    mutating func touch(_ position: Int) {
        guard entries[position].touchedIn != transaction else { return }
        journal.append(.touched(position, before: entries[position].touchedIn))
        entries[position].touchedIn = transaction
        ending.append(position)
    }

    /// Makes an account exist without changing it, as calls did before EIP-161.
    mutating func touchIntoExistence(_ position: Int) {
        touch(position)
        markExisting(position)
    }

    /// Begins a contract: whatever storage was there is void.
    mutating func markCreated(_ position: Int) {
        markExisting(position)
        let before = entries[position]
        journal.append(.created(position, before: before.createdIn, wasVoid: before.isStorageVoid))
        entries[position].createdIn = transaction
        entries[position].isStorageVoid = true
    }

    func wasCreatedNow(_ position: Int) -> Bool { entries[position].createdIn == transaction }

    /// Marks the account for deletion at the end of the transaction; `false` when it is marked already.
    mutating func markDestroyed(_ position: Int) -> Bool {
        guard entries[position].destroyedIn != transaction else { return false }
        journal.append(.destroyed(position, before: entries[position].destroyedIn))
        entries[position].destroyedIn = transaction
        ending.append(position)
        entries[position].isDirty = true
        return true
    }

    // MARK: Warmth (EIP-2929)

    /// Marks the account as accessed; `true` when it was not before.
    mutating func warm(_ position: Int) -> Bool {
        guard entries[position].warmIn != transaction else { return false }
        entries[position].warmIn = transaction
        journal.append(.warmAccount(position))
        return true
    }

    public mutating func warm(_ address: Address) { _ = warm(position(address)) }

    public mutating func warm(_ address: Address, slot: UInt256) {
        let position = position(address)
        _ = load(position, slot)
    }

    // MARK: Storage

    /// A slot's value, and whether this is the transaction's first access to it.
    mutating func load(_ position: Int, _ key: UInt256) -> (value: UInt256, isCold: Bool) {
        if let index = entries[position].slots.index(forKey: key) {
            let slot = entries[position].slots.values[index]
            if slot.warmIn == transaction { return (slot.value, false) }
            entries[position].slots.values[index].warmIn = transaction
            journal.append(.warmSlot(position, key))
            return (slot.value, true)
        }
        var slot = fetch(position, key)
        slot.warmIn = transaction
        entries[position].slots[key] = slot
        journal.append(.warmSlot(position, key))
        return (slot.value, true)
    }

    /// A slot's value now and at the transaction's beginning; marks it as accessed like `load`.
    mutating func loadForStore(_ position: Int, _ key: UInt256) -> (
        value: UInt256, original: UInt256, isCold: Bool
    ) {
        let (value, isCold) = load(position, key)
        guard let slot = entries[position].slots[key], slot.originalIn == transaction else {
            return (value, value, isCold)
        }
        return (value, slot.original, isCold)
    }

    /// Sets a slot that was loaded before.
    mutating func store(_ position: Int, _ key: UInt256, _ value: UInt256) {
        guard let index = entries[position].slots.index(forKey: key) else { return }
        let slot = entries[position].slots.values[index]
        if slot.originalIn != transaction {
            entries[position].slots.values[index].originalIn = transaction
            entries[position].slots.values[index].original = slot.value
        }
        journal.append(.slot(position, key, slot.value))
        entries[position].slots.values[index].value = value
        entries[position].isDirty = true
    }

    private mutating func fetch(_ position: Int, _ key: UInt256) -> StorageSlot {
        var stored = UInt256.zero
        if entries[position].hasStoredSlots, !entries[position].isStorageVoid {
            do {
                stored = try reader.storage(entries[position].address, slot: key.bigEndianHash)
            } catch {
                fail(error)
            }
        }
        return StorageSlot(stored: stored, transaction: transaction)
    }

    /// A slot's value, without marking it.
    public mutating func storage(_ address: Address, slot key: UInt256) -> UInt256 {
        let position = position(address)
        return entries[position].slots[key]?.value ?? fetch(position, key).value
    }

    func transientValue(_ position: Int, _ key: UInt256) -> UInt256 {
        transient[TransientKey(account: position, key: key)] ?? .zero
    }

    mutating func setTransient(_ position: Int, _ key: UInt256, _ value: UInt256) {
        let key = TransientKey(account: position, key: key)
        journal.append(.transient(key, transient[key] ?? .zero))
        transient[key] = value
    }

    mutating func append(_ log: Log) { logs.append(log) }

    // MARK: Journal

    public var checkpoint: Checkpoint {
        Checkpoint(changes: journal.count, logs: logs.count, refund: refund)
    }

    /// Takes back everything since `checkpoint`.
    public mutating func rollback(to checkpoint: Checkpoint) {
        while journal.count > checkpoint.changes, let change = journal.popLast() { undo(change) }
        logs.removeLast(logs.count - checkpoint.logs)
        refund = checkpoint.refund
    }

    private mutating func undo(_ change: StateChange) {
        switch change {
        case .balance(let position, let before): entries[position].balance = before
        case .nonce(let position, let before): entries[position].nonce = before
        case .code(let position, let hash, let code):
            entries[position].codeHash = hash
            entries[position].code = code
        case .existence(let position, let before): entries[position].exists = before
        case .created(let position, let before, let wasVoid):
            entries[position].createdIn = before
            entries[position].isStorageVoid = wasVoid
        case .destroyed(let position, let before): entries[position].destroyedIn = before
        case .touched(let position, let before):
            // The main network once kept the touch of a failed call to RIPEMD-160; so does every client since (EIP-161).
            if entries[position].address != Self.ripemd160 { entries[position].touchedIn = before }
        case .warmAccount(let position): entries[position].warmIn = 0
        case .slot(let position, let key, let before): entries[position].slots[key]?.value = before
        case .warmSlot(let position, let key): entries[position].slots[key]?.warmIn = 0
        case .transient(let key, let before): transient[key] = before
        }
    }

    private static let ripemd160 = Address([UInt8](repeating: 0, count: 19) + [3]) ?? .zero

    /// Ends a transaction: destroyed accounts go, and since EIP-161 touched empty ones.
    ///
    /// - Returns: the transaction's logs.
    public mutating func finishTransaction(_ revision: EVMRevision) -> [Log] {
        for position in ending {
            let isDestroyed = entries[position].destroyedIn == transaction
            let isTouched = entries[position].touchedIn == transaction && revision >= .spuriousDragon
            guard isDestroyed || (isTouched && entries[position].exists && entries[position].isEmpty)
            else { continue }
            entries[position].exists = false
            entries[position].nonce = 0
            entries[position].balance = .zero
            entries[position].codeHash = Account.emptyCodeHash
            entries[position].code = nil
            entries[position].slots = [:]
            entries[position].isStorageVoid = true
            entries[position].isDirty = true
        }
        ending.removeAll(keepingCapacity: true)
        journal.removeAll(keepingCapacity: true)
        transient.removeAll(keepingCapacity: true)
        refund = 0
        transaction += 1
        defer { logs = [] }
        return logs
    }
}
