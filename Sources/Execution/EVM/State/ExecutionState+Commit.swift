public import Primitives
public import StateTrie

extension ExecutionState {
    /// Writes what transactions changed into `world`, which must be the reader's state.
    public func apply(to world: inout WorldState) throws(StateTrieError) {
        if let failure { throw failure }
        for change in changes {
            let before = try world.account(change.address)
            guard change.exists else {
                if before != nil { world.removeAccount(change.address) }
                continue
            }
            var account = before ?? Account()
            if change.isStorageVoid {
                if before != nil { world.removeAccount(change.address) }
                account.storageRoot = MerklePatriciaTrie.emptyRoot
            }
            account.nonce = change.nonce
            account.balance = change.balance
            world.setAccount(account, at: change.address)
            if account.codeHash != change.codeHash { try world.setCode(change.code ?? [], at: change.address) }
            for (key, value) in change.slots { try world.setStorage(value, at: change.address, slot: key.bigEndianHash) }
        }
    }

    /// Accounts that were loaded, for prestate tracing and tests.
    public var loadedAddresses: [Address] { entries.map(\.address) }
}
