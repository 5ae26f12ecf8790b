public import Primitives

extension ExecutionState {
    /// Pretends that an account is another than it is, for calls that no block will hold.
    ///
    /// - Parameters:
    ///   - slots: values that storage slots have.
    ///   - replacesStorage: whether all other slots are zero.
    ///   - isLasting: whether the slots' values are changes of the state, or values that it is to have had before.
    public mutating func override(
        _ address: Address, balance: UInt256? = nil, nonce: UInt64? = nil, code: [UInt8]? = nil, slots: [UInt256: UInt256] = [:],
        replacesStorage: Bool = false, isLasting: Bool = false
    ) {
        let position = position(address)
        if let balance { setBalance(position, balance) }
        if let nonce { setNonce(position, nonce) }
        if let code { setCode(position, code) }
        if replacesStorage {
            entries[position].isStorageVoid = true
            entries[position].slots = [:]
        }
        if isLasting, replacesStorage { markExisting(position) }
        for (key, value) in slots {
            if isLasting {
                _ = loadForStore(position, key)
                store(position, key, value)
                markExisting(position)
            } else {
                entries[position].slots[key] = StorageSlot(stored: value, transaction: transaction)
            }
        }
    }
}
