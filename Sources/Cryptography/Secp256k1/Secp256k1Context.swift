import CSecp256k1

/// The library's tables.
enum Secp256k1Context {
    /// `nonisolated(unsafe)`: made once, then only read, which the library allows from many threads at a time (secp256k1.h).
    nonisolated(unsafe) static let shared: OpaquePointer = secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE))
}
