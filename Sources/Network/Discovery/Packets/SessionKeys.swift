import Crypto
import Foundation
public import NodeRecords
public import Primitives
public import Secp256k1

/// The two keys of a session, 16 bytes each (discv5-theory, "Handshake").
public struct SessionKeys: Hashable, Sendable {
    public var initiator: [UInt8]
    public var recipient: [UInt8]

    /// HKDF of the point that both sides' keys agree on.
    ///
    /// - Parameters:
    ///   - key: the initiator's ephemeral key with the recipient's public key, or the recipient's own with the ephemeral one.
    ///   - challenge: `masking-iv || static-header || authdata` of the challenge.
    public init(
        key: Secp256k1PrivateKey, other: Secp256k1PublicKey, initiator: NodeID, recipient: NodeID, challenge: [UInt8]
    ) throws(DiscoveryError) {
        guard let secret = try? key.sharedPoint(with: other) else { throw .badKey }
        let info = Array("discovery v5 key agreement".utf8) + initiator.bytes + recipient.bytes
        let derived = HKDF<Crypto.SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), salt: challenge, info: info, outputByteCount: 32)
        let bytes = derived.withUnsafeBytes { [UInt8]($0) }
        (self.initiator, self.recipient) = (Array(bytes[..<16]), Array(bytes[16...]))
    }
}

/// The signature that proves a handshake's sender (discv5-theory, "Handshake", step 3).
public enum IdentityProof {
    static func digest(challenge: [UInt8], ephemeralKey: FixedBytes<33>, recipient: NodeID) -> Hash32 {
        Primitives.SHA256.hash(Array("discovery v5 identity proof".utf8) + challenge + ephemeralKey.bytes + recipient.bytes)
    }

    /// r ‖ s.
    public static func sign(
        challenge: [UInt8], ephemeralKey: FixedBytes<33>, recipient: NodeID, by key: Secp256k1PrivateKey
    ) -> FixedBytes<64> {
        let signature = key.sign(digest(challenge: challenge, ephemeralKey: ephemeralKey, recipient: recipient))
        return FixedBytes<64>(signature.r.bigEndianHash.bytes + signature.s.bigEndianHash.bytes) ?? FixedBytes<64>()
    }

    public static func verify(
        _ signature: FixedBytes<64>, challenge: [UInt8], ephemeralKey: FixedBytes<33>, recipient: NodeID, by key: Secp256k1PublicKey
    ) -> Bool {
        let bytes = signature.bytes
        guard let r = UInt256(bigEndianBytes: bytes[..<32]), let s = UInt256(bigEndianBytes: bytes[32...]) else { return false }
        let digest = digest(challenge: challenge, ephemeralKey: ephemeralKey, recipient: recipient)
        return (try? Secp256k1Signature(r: r, s: s, recoveryID: 0).verify(digest, by: key)) ?? false
    }
}
