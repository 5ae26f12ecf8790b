public import Primitives

/// What transactions made of an account, against the state below.
public struct AccountChange: Sendable {
    public var address: Address
    /// Whether the account is in the state now.
    public var exists: Bool
    public var nonce: UInt64
    public var balance: UInt256
    public var codeHash: Hash32
    /// `nil` when nothing looked at the code; it is what it was then.
    public var code: [UInt8]?
    /// Whether the storage of the state below is void.
    public var isStorageVoid: Bool
    /// Slots that differ from the state below; all that are not zero when that is void.
    public var slots: [UInt256: UInt256]
}

extension ExecutionState {
    /// The accounts that changed, in the order in which they were first seen.
    public var changes: [AccountChange] {
        entries.filter(\.isDirty).map { entry in
            let isVoid = entry.isStorageVoid
            let changed = entry.slots.filter { $0.value.value != $0.value.stored || (isVoid && !$0.value.value.isZero) }
            return AccountChange(
                address: entry.address, exists: entry.exists, nonce: entry.nonce, balance: entry.balance,
                codeHash: entry.codeHash, code: entry.code?.array, isStorageVoid: isVoid, slots: changed.mapValues(\.value))
        }
    }
}
