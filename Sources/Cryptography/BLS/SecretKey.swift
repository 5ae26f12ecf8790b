import CBlst
public import Primitives

/// A BLS secret key: a number from 1 to the group order less one.
///
/// Copies share one allocation, which is overwritten with zeros when the last copy goes. The key never shows
/// in descriptions, mirrors or dumps.
public struct SecretKey: Sendable {
    private let storage: SecretScalar

    /// Reads a key from 32 bytes, most significant first.
    ///
    /// - Throws: `BLSError.secretKeyLength` or `.secretKeyOutOfRange`.
    public init(bytes: some Collection<UInt8>) throws(BLSError) {
        guard bytes.count == 32 else { throw .secretKeyLength(bytes.count) }
        let storage = SecretScalar()
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { buffer in
            _ = buffer.initialize(from: bytes)
            blst_scalar_from_bendian(storage.scalar, buffer.baseAddress)
            wipe(UnsafeMutableRawBufferPointer(buffer))
        }
        guard blst_sk_check(storage.scalar) else { throw .secretKeyOutOfRange }
        self.storage = storage
    }

    /// The public key that belongs to this secret key.
    public var publicKey: PublicKey {
        var point = blst_p1()
        blst_sk_to_pk_in_g1(&point, storage.scalar)
        var affine = blst_p1_affine()
        blst_p1_to_affine(&affine, &point)
        return PublicKey(inGroup: affine)
    }

    /// Signs a 32-byte message, normally a signing root: `Sign` of the BLS draft §2.6.
    public func sign(_ message: Hash32) -> Bytes96 {
        var hash = blst_p2()
        message.withUnsafeBytes { bytes in
            blst_hash_to_g2(
                &hash, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, Ciphersuite.start, Ciphersuite.count, nil, 0)
        }
        var signature = blst_p2()
        blst_sign_pk_in_g1(&signature, &hash, storage.scalar)
        return withUnsafePointer(to: signature) { point in Bytes96(unsafeBytes: { blst_p2_compress($0, point) }) }
    }

    /// Hands the 32 big-endian bytes of the key to `body` and wipes that copy afterwards. Only for writing
    /// key files and deriving child keys.
    public func withSecretBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: 32, alignment: 8)
        defer {
            wipe(copy)
            copy.deallocate()
        }
        blst_bendian_from_scalar(copy.bindMemory(to: UInt8.self).baseAddress, storage.scalar)
        return try body(UnsafeRawBufferPointer(copy))
    }
}

extension SecretKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "SecretKey(redacted)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The memory of one secret key.
///
/// `@unchecked Sendable`: written only while `SecretKey.init` holds the sole reference, read-only after that.
private final class SecretScalar: @unchecked Sendable {
    let scalar: UnsafeMutablePointer<blst_scalar>

    init() {
        scalar = .allocate(capacity: 1)
        scalar.initialize(to: blst_scalar())
    }

    deinit {
        wipe(UnsafeMutableRawBufferPointer(start: scalar, count: MemoryLayout<blst_scalar>.size))
        scalar.deallocate()
    }
}

/// Overwrites secret bytes with zeros. Never inlined, so that the stores to memory about to be freed stay.
@inline(never)
private func wipe(_ buffer: UnsafeMutableRawBufferPointer) {
    for index in buffer.indices { buffer[index] = 0 }
    withExtendedLifetime(buffer) {}
}
