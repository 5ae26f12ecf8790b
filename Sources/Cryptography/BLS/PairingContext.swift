import CBlst
import Primitives

/// One blst pairing computation: pairs are added, then the product is compared.
struct PairingContext: ~Copyable {
    private let memory: UnsafeMutableRawPointer
    private var context: OpaquePointer { OpaquePointer(memory) }

    init() {
        memory = .allocate(byteCount: blst_pairing_sizeof(), alignment: 64)
        blst_pairing_init(OpaquePointer(memory), true, Ciphersuite.start, Ciphersuite.count)
    }

    deinit { memory.deallocate() }

    /// Adds `e(scalar · key, H(message))` to the product and `scalar · signature` to the aggregate.
    ///
    /// - Parameter scalar: 64 bits, or `nil` for 1.
    /// - Returns: false when blst refuses the key (infinity, which `PublicKey` excludes).
    func add(_ key: PublicKey, message: Hash32, signature: Signature?, scalar: UInt64?) -> Bool {
        // 64 bits, least significant byte first, in memory blst may read in whole words.
        var words = (scalar.map { $0.littleEndian } ?? 0, UInt64(0), UInt64(0), UInt64(0))
        return withUnsafePointer(to: key.point) { key in
            withUnsafePointer(to: &words) { words in
                words.withMemoryRebound(to: UInt8.self, capacity: 32) { scalarBytes in
                    message.withUnsafeBytes { message in
                        withOptionalPointer(to: signature?.point) { signature in
                            blst_pairing_mul_n_aggregate_pk_in_g1(
                                context, key, signature, scalar == nil ? nil : scalarBytes, scalar == nil ? 0 : 64,
                                message.bindMemory(to: UInt8.self).baseAddress, message.count, nil, 0) == BLST_SUCCESS
                        }
                    }
                }
            }
        }
    }

    /// Whether the product of pairs equals the pairing of the generator with the aggregate collected.
    consuming func verify() -> Bool {
        blst_pairing_commit(context)
        return blst_pairing_finalverify(context, nil)
    }

    /// Whether the product of pairs equals the pairing of the generator with `signature`.
    consuming func verify(against signature: Signature) -> Bool {
        blst_pairing_commit(context)
        var target = blst_fp12()
        withUnsafePointer(to: signature.point) { blst_aggregated_in_g2(&target, $0) }
        return blst_pairing_finalverify(context, &target)
    }
}

private func withOptionalPointer<T, R>(to value: T?, _ body: (UnsafePointer<T>?) -> R) -> R {
    guard let value else { return body(nil) }
    return withUnsafePointer(to: value) { body($0) }
}
