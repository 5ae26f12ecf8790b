public import Primitives
public import Transactions

/// Transactions that wait for a block: by sender and nonce, those whose nonces follow and whose funds suffice (pending) apart from
/// those that wait for an earlier nonce or for funds (queued).
///
/// A value of rules alone: who owns it tells it of accounts and of the head, and keeps it on disk.
///
/// ```swift
/// var pool = TransactionPool(head: head)
/// try pool.add(transaction, of: AccountStanding(nonce: 0, balance: balance))
/// var supply = pool.selection()
/// while let next = supply.next() { … }
/// ```
public struct TransactionPool: Sendable {
    /// What taking a transaction did.
    public struct Admission: Sendable, Equatable {
        /// Whether the next block could take it.
        public var isPending: Bool
        /// Hashes of what had to go for it: the transaction that it replaces, or the worst of a full pool.
        public var removed: [Hash32]
    }

    public var limits: PoolLimits
    public internal(set) var head: PoolHead
    var accounts: [Address: PooledAccount] = [:]
    var known: [Hash32: RecoveredTransaction] = [:]
    /// How many transactions would set each account's code.
    var authorities: [Address: Int] = [:]
    var slots = 0
    private var arrivals: UInt64 = 0

    public init(limits: PoolLimits = PoolLimits(), head: PoolHead) {
        self.limits = limits
        self.head = head
    }

    /// How many transactions there are.
    public var count: Int { known.count }
    public var pendingCount: Int { accounts.values.reduce(0) { $0 + $1.pendingCount } }

    public func transaction(_ hash: Hash32) -> RecoveredTransaction? { known[hash] }

    /// The nonce that a sender's next transaction should have; `nil` when none of its transactions is pending.
    public func nextNonce(of sender: Address) -> UInt64? {
        guard let account = accounts[sender], account.pendingCount > 0 else { return nil }
        return account.nextNonce
    }

    public var senders: [Address] { Array(accounts.keys) }
    /// By nonce.
    public func pending(of sender: Address) -> [RecoveredTransaction] { accounts[sender]?.pending.map(\.transaction) ?? [] }
    /// By nonce.
    public func queued(of sender: Address) -> [RecoveredTransaction] { accounts[sender]?.queued.map(\.transaction) ?? [] }
    public func transaction(of sender: Address, nonce: UInt64) -> RecoveredTransaction? { accounts[sender]?.entry(nonce)?.transaction }

    /// What a builder of the next block should try, the best paying first.
    public func selection() -> PoolSelection {
        PoolSelection(accounts.values.map { Array($0.pending) }, baseFee: head.baseFee, minimumTip: limits.minimumTip)
    }

    /// Takes a transaction, or says why not.
    ///
    /// - Parameter standing: the sender's account at the head.
    @discardableResult
    public mutating func add(_ transaction: RecoveredTransaction, of standing: AccountStanding) throws(PoolError) -> Admission {
        guard known[transaction.hash] == nil else { throw .alreadyKnown }
        let cost = try check(transaction)
        var account = accounts[transaction.sender] ?? PooledAccount(standing: standing)
        account.standing = standing
        var entry = PoolEntry(transaction: transaction, cost: cost, arrival: arrivals, since: head.timestamp)
        let replaced = try check(entry, in: account)
        // Each is a signature to recover: after all that is cheap, when the sender can pay for them.
        entry.authorities = transaction.transaction.authorizations.compactMap(\.authority)
        try checkDelegations(entry, in: account, isReplacement: replaced != nil)
        let needed = entry.slots - (replaced?.slots ?? 0)
        var removed = try makeRoom(for: entry, slots: needed, isPending: entry.nonce <= account.nextNonce)
        if let replaced { removed.append(replaced.transaction.hash) }
        arrivals += 1
        account.insert(entry)
        accounts[transaction.sender] = account
        slots += needed
        if let replaced { release(replaced) }
        known[transaction.hash] = transaction
        for authority in entry.authorities { authorities[authority, default: 0] += 1 }
        return Admission(isPending: entry.nonce < account.nextNonce, removed: removed)
    }

    /// Lets go of a sender's entries that `condition` holds for.
    mutating func remove(of sender: Address, where condition: (PoolEntry) -> Bool) -> [Hash32] {
        guard var account = accounts[sender] else { return [] }
        let removed = account.remove(where: condition)
        accounts[sender] = account.entries.isEmpty ? nil : account
        return forget(removed)
    }

    /// - Returns: the hashes of entries that stand in no account any more.
    mutating func forget(_ entries: [PoolEntry]) -> [Hash32] {
        for entry in entries {
            release(entry)
            slots -= entry.slots
        }
        return entries.map(\.transaction.hash)
    }

    private mutating func release(_ entry: PoolEntry) {
        known[entry.transaction.hash] = nil
        for authority in entry.authorities {
            guard let count = authorities[authority] else { continue }
            authorities[authority] = count > 1 ? count - 1 : nil
        }
    }
}
