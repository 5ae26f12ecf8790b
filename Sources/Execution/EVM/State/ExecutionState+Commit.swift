public import Primitives
public import StateTrie

extension ExecutionState {
    /// Writes what transactions changed into `world`, which must be the reader's state.
    public func apply(to world: inout WorldState) throws(StateTrieError) {
        if let failure { throw failure }
        for entry in entries where entry.isDirty {
            let before = try world.account(entry.address)
            guard entry.exists else {
                if before != nil { world.removeAccount(entry.address) }
                continue
            }
            var account = before ?? Account()
            if entry.isStorageVoid {
                if before != nil { world.removeAccount(entry.address) }
                account.storageRoot = MerklePatriciaTrie.emptyRoot
            }
            account.nonce = entry.nonce
            account.balance = entry.balance
            world.setAccount(account, at: entry.address)
            if account.codeHash != entry.codeHash {
                try world.setCode(entry.code?.array ?? [], at: entry.address)
            }
            for (key, slot) in entry.slots
            where slot.value != slot.stored || (entry.isStorageVoid && !slot.value.isZero) {
                try world.setStorage(slot.value, at: entry.address, slot: key.bigEndianHash)
            }
        }
    }

    /// Accounts that were loaded, for prestate tracing and tests.
    public var loadedAddresses: [Address] { entries.map(\.address) }
}
