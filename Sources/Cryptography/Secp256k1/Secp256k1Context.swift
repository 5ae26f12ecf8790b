import CSecp256k1

/// The library's tables. Immutable after creation, and then safe to share between threads (secp256k1.h).
enum Secp256k1Context {
    nonisolated(unsafe) static let shared: OpaquePointer = secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE))
}
