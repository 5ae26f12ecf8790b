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
