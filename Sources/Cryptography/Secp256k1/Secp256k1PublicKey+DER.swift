import CSecp256k1
public import Primitives

extension Secp256k1PublicKey {
    /// Whether `signature`, in the DER form that libp2p sends (strict, at most 72 bytes), is this key's on `digest`. Either of
    /// the two s that fit is taken: other libraries do not all choose the lower.
    public func verify(der signature: [UInt8], of digest: Hash32) -> Bool {
        var (parsed, normal) = (secp256k1_ecdsa_signature(), secp256k1_ecdsa_signature())
        guard signature.count <= 72, var key = try? self.parsed,
            secp256k1_ecdsa_signature_parse_der(Secp256k1Context.shared, &parsed, signature, signature.count) == 1
        else { return false }
        _ = secp256k1_ecdsa_signature_normalize(Secp256k1Context.shared, &normal, &parsed)
        return secp256k1_ecdsa_verify(Secp256k1Context.shared, &normal, digest.bytes, &key) == 1
    }
}
