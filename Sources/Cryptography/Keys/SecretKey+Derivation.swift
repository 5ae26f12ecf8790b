public import BLS
import CBlst
import Primitives

extension SecretKey {
    /// `derive_master_SK` (EIP-2333): the root of the tree of keys that grows from `seed`.
    ///
    /// - Throws: `KeysError.seedTooShort` for fewer than 32 bytes.
    public static func master(seed: [UInt8]) throws(KeysError) -> SecretKey {
        guard seed.count >= 32 else { throw .seedTooShort(seed.count) }
        return derive { blst_derive_master_eip2333($0, seed, seed.count) }
    }

    /// `derive_child_SK` (EIP-2333): the child number `index` of this key.
    public func child(_ index: UInt32) -> SecretKey {
        withSecretBytes { bytes in
            var parent = blst_scalar()
            blst_scalar_from_bendian(&parent, bytes.bindMemory(to: UInt8.self).baseAddress)
            defer { withUnsafeMutableBytes(of: &parent) { wipe($0) } }
            return Self.derive { blst_derive_child_eip2333($0, &parent, index) }
        }
    }

    /// The key at the end of `path`, which starts at this key, the master.
    public func descendant(_ path: DerivationPath) -> SecretKey {
        path.indices.reduce(self) { key, index in key.child(index) }
    }

    /// Turns what a blst derivation writes into a key.
    private static func derive(_ body: (UnsafeMutablePointer<blst_scalar>) -> Void) -> SecretKey {
        var scalar = blst_scalar()
        var bytes = [UInt8](repeating: 0, count: 32)
        defer {
            withUnsafeMutableBytes(of: &scalar) { wipe($0) }
            bytes.withUnsafeMutableBytes { wipe($0) }
        }
        body(&scalar)
        blst_bendian_from_scalar(&bytes, &scalar)
        do {
            return try SecretKey(bytes: bytes)
        } catch {
            // `hkdf_mod_r` repeats until its result is neither zero nor beyond the group order.
            preconditionFailure("EIP-2333 derives keys of the group only")
        }
    }
}

/// Overwrites secret bytes with zeros. Never inlined, so that stores to memory about to die stay.
@inline(never)
func wipe(_ buffer: UnsafeMutableRawBufferPointer) {
    for index in buffer.indices { buffer[index] = 0 }
    withExtendedLifetime(buffer) {}
}
