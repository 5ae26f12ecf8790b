import CSecp256k1
public import Primitives

/// A private key of secp256k1. Its description does not show it.
public struct Secp256k1PrivateKey: Sendable, Equatable, CustomStringConvertible {
    let secret: Hash32

    public init(_ secret: Hash32) throws(Secp256k1Error) {
        guard secp256k1_ec_seckey_verify(Secp256k1Context.shared, secret.bytes) == 1 else { throw .invalidPrivateKey }
        self.secret = secret
    }

    public var description: String { "Secp256k1PrivateKey(redacted)" }

    /// The 32 bytes, for a key store.
    public var secretBytes: Hash32 { secret }

    public var publicKey: Secp256k1PublicKey {
        var key = secp256k1_pubkey()
        // The secret was checked, so this cannot fail.
        _ = secp256k1_ec_pubkey_create(Secp256k1Context.shared, &key, secret.bytes)
        return Secp256k1PublicKey(key)
    }

    /// This key plus `tweak`, modulo the order.
    ///
    /// - Throws: `.invalidPrivateKey` where the tweak is not below the order or the sum is zero.
    public func adding(_ tweak: Hash32) throws(Secp256k1Error) -> Secp256k1PrivateKey {
        var sum = secret.bytes
        guard secp256k1_ec_seckey_tweak_add(Secp256k1Context.shared, &sum, tweak.bytes) == 1 else { throw .invalidPrivateKey }
        return try Secp256k1PrivateKey(Hash32(sum) ?? .zero)
    }

    public var address: Address { publicKey.address }

    /// An ECDSA signature with the nonce of RFC 6979 and the lower of the two s.
    public func sign(_ digest: Hash32) -> Secp256k1Signature {
        var signature = secp256k1_ecdsa_recoverable_signature()
        _ = secp256k1_ecdsa_sign_recoverable(Secp256k1Context.shared, &signature, digest.bytes, secret.bytes, nil, nil)
        var bytes = [UInt8](repeating: 0, count: 64)
        var id: Int32 = 0
        secp256k1_ecdsa_recoverable_signature_serialize_compact(Secp256k1Context.shared, &bytes, &id, &signature)
        return Secp256k1Signature(
            r: UInt256(bigEndianBytes: bytes[..<32]) ?? .zero, s: UInt256(bigEndianBytes: bytes[32...]) ?? .zero,
            recoveryID: UInt8(truncatingIfNeeded: id))
    }

    /// The x coordinate of this key times `other`: the shared secret of ECIES and discovery.
    public func sharedX(with other: Secp256k1PublicKey) throws(Secp256k1Error) -> Hash32 {
        var key = try other.parsed
        var output = [UInt8](repeating: 0, count: 32)
        let copyX: secp256k1_ecdh_hash_function = { output, x, _, _ in
            guard let output, let x else { return 0 }
            output.update(from: x, count: 32)
            return 1
        }
        guard secp256k1_ecdh(Secp256k1Context.shared, &output, &key, secret.bytes, copyX, nil) == 1 else { throw .invalidPublicKey }
        return Hash32(output) ?? .zero
    }

    /// This key times `other` as a compressed point, 33 bytes: the shared secret of discovery 5.
    public func sharedPoint(with other: Secp256k1PublicKey) throws(Secp256k1Error) -> [UInt8] {
        var key = try other.parsed
        var output = [UInt8](repeating: 0, count: 33)
        let compress: secp256k1_ecdh_hash_function = { output, x, y, _ in
            guard let output, let x, let y else { return 0 }
            output[0] = 2 | (y[31] & 1)
            (output + 1).update(from: x, count: 32)
            return 1
        }
        guard secp256k1_ecdh(Secp256k1Context.shared, &output, &key, secret.bytes, compress, nil) == 1 else { throw .invalidPublicKey }
        return output
    }
}
