import Primitives

/// An entry of the journal: what was there before a change. Accounts are named by their position.
enum StateChange {
    case balance(Int, UInt256)
    case nonce(Int, UInt64)
    case code(Int, hash: Hash32, code: Code?)
    case existence(Int, Bool)
    case created(Int, before: UInt32, wasVoid: Bool)
    case destroyed(Int, before: UInt32)
    case touched(Int, before: UInt32)
    case warmAccount(Int)
    case slot(Int, UInt256, UInt256)
    case warmSlot(Int, UInt256)
    case transient(TransientKey, UInt256)
}

struct TransientKey: Hashable {
    var account: Int
    var key: UInt256
}
