public import NodeRecords
public import Primitives
public import Secp256k1

/// The signature that proves a handshake's sender (discv5-theory, "Handshake", step 3).
public enum IdentityProof {
    static func digest(challenge: [UInt8], ephemeralKey: FixedBytes<33>, recipient: NodeID) -> Hash32 {
        SHA256.hash(Array("discovery v5 identity proof".utf8) + challenge + ephemeralKey.bytes + recipient.bytes)
    }

    /// r ‖ s.
    public static func sign(
        challenge: [UInt8], ephemeralKey: FixedBytes<33>, recipient: NodeID, by key: Secp256k1PrivateKey
    ) -> FixedBytes<64> {
        let signature = key.sign(digest(challenge: challenge, ephemeralKey: ephemeralKey, recipient: recipient))
        return FixedBytes<64>(signature.compact) ?? FixedBytes<64>()
    }

    public static func verify(
        _ signature: FixedBytes<64>, challenge: [UInt8], ephemeralKey: FixedBytes<33>, recipient: NodeID, by key: Secp256k1PublicKey
    ) -> Bool {
        let digest = digest(challenge: challenge, ephemeralKey: ephemeralKey, recipient: recipient)
        return key.verify(compact: signature.bytes, of: digest)
    }
}
