import Crypto
import Foundation
import Multiformats
import Primitives

/// A libp2p public key, Ed25519.
public struct PeerPublicKey: Hashable, Sendable {
    /// The raw 32 bytes.
    public let rawBytes: [UInt8]

    public init(rawBytes: [UInt8]) throws(PeerIdentityError) {
        guard rawBytes.count == 32 else { throw .invalidKey }
        self.rawBytes = rawBytes
    }

    /// Reads the protobuf form.
    public init(message: [UInt8]) throws(PeerIdentityError) {
        guard let (type, data) = PublicKeyMessage.decode(message) else { throw .invalidKey }
        guard type == PublicKeyMessage.ed25519Type else { throw .unsupportedKeyType(type) }
        try self.init(rawBytes: data)
    }

    /// The protobuf form, 36 bytes.
    public var message: [UInt8] { PublicKeyMessage.encode(type: PublicKeyMessage.ed25519Type, data: rawBytes) }

    public var peerID: PeerID { PeerID(Multihash(peerKey: message)) }

    /// Whether `signature` is this key's on `message` (RFC 8032).
    public func verify(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard signature.count == 64, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: rawBytes) else { return false }
        return key.isValidSignature(signature, for: message)
    }
}

/// A node's libp2p key pair, Ed25519. Its description shows the peer id only.
public struct PeerKeyPair: Sendable, CustomStringConvertible {
    private let key: Curve25519.Signing.PrivateKey
    public let publicKey: PeerPublicKey

    /// - Parameter seed: 32 secret bytes (RFC 8032's secret key).
    public init(seed: [UInt8]) throws(PeerIdentityError) {
        guard seed.count == 32, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { throw .invalidKey }
        self.key = key
        publicKey = try PeerPublicKey(rawBytes: Array(key.publicKey.rawRepresentation))
    }

    public var peerID: PeerID { publicKey.peerID }

    public func sign(_ message: [UInt8]) throws(PeerIdentityError) -> [UInt8] {
        guard let signature = try? key.signature(for: message) else { throw .invalidKey }
        return Array(signature)
    }

    public var description: String { "PeerKeyPair(\(peerID))" }
}
