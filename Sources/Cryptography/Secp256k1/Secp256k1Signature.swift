import CSecp256k1
public import Primitives

/// An ECDSA signature from which the public key can be recovered.
public struct Secp256k1Signature: Sendable, Hashable {
    public var r: UInt256
    public var s: UInt256
    /// 0 to 3: the parity of the nonce point's y, plus 2 when its x is r plus the order.
    public var recoveryID: UInt8

    /// Half the group's order: the largest s since EIP-2.
    public static let halfOrder = UInt256(
        high: 0x7fff_ffff_ffff_ffff_ffff_ffff_ffff_ffff, low: 0x5d57_6e73_57a4_501d_dfe9_2f46_681b_20a0)
    public static let order = UInt256(
        high: 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe, low: 0xbaae_dce6_af48_a03b_bfd2_5e8c_d036_4141)

    public init(r: UInt256, s: UInt256, recoveryID: UInt8) {
        self.r = r
        self.s = s
        self.recoveryID = recoveryID
    }

    /// Reads r ‖ s; `nil` where that has not 64 bytes.
    public init?(compact bytes: [UInt8], recoveryID: UInt8 = 0) {
        guard bytes.count == 64, let r = UInt256(bigEndianBytes: bytes[..<32]), let s = UInt256(bigEndianBytes: bytes[32...]) else {
            return nil
        }
        self.init(r: r, s: s, recoveryID: recoveryID)
    }

    /// r ‖ s, 64 big-endian bytes.
    public var compact: [UInt8] { r.bigEndianHash.bytes + s.bigEndianHash.bytes }

    /// The key that signed `digest`.
    public func recover(_ digest: Hash32) throws(Secp256k1Error) -> Secp256k1PublicKey {
        guard recoveryID <= 3 else { throw .invalidRecoveryID(recoveryID) }
        var signature = secp256k1_ecdsa_recoverable_signature()
        guard
            secp256k1_ecdsa_recoverable_signature_parse_compact(
                Secp256k1Context.shared, &signature, compact, Int32(recoveryID)) == 1
        else { throw .invalidSignature }
        var key = secp256k1_pubkey()
        guard secp256k1_ecdsa_recover(Secp256k1Context.shared, &key, &signature, digest.bytes) == 1 else { throw .notRecoverable }
        return Secp256k1PublicKey(key)
    }

    /// Whether `key` signed `digest`; an s above half the order is refused.
    public func verify(_ digest: Hash32, by key: Secp256k1PublicKey) throws(Secp256k1Error) -> Bool {
        var signature = secp256k1_ecdsa_signature()
        guard secp256k1_ecdsa_signature_parse_compact(Secp256k1Context.shared, &signature, compact) == 1 else { throw .invalidSignature }
        var parsed = try key.parsed
        return secp256k1_ecdsa_verify(Secp256k1Context.shared, &signature, digest.bytes, &parsed) == 1
    }
}
