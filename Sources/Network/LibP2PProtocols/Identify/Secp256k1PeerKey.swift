public import PeerIdentity
import Primitives
public import Secp256k1

/// A libp2p identity on secp256k1, as Ethereum's consensus clients have it: the key of their node records too.
public struct Secp256k1PeerKey: PeerSigner, CustomStringConvertible {
    public let privateKey: Secp256k1PrivateKey

    public init(_ privateKey: Secp256k1PrivateKey) { self.privateKey = privateKey }

    /// - Parameter seed: 32 secret bytes.
    public init(seed: [UInt8]) throws(PeerIdentityError) {
        guard let secret = Hash32(seed), let key = try? Secp256k1PrivateKey(secret) else { throw .invalidKey }
        privateKey = key
    }

    public var publicKeyMessage: [UInt8] {
        RemotePublicKey(privateKey.publicKey).message
    }

    /// ECDSA over SHA-256, DER.
    public func sign(_ message: [UInt8]) throws(PeerIdentityError) -> [UInt8] { privateKey.sign(SHA256.hash(message)).der }

    public var description: String { "Secp256k1PeerKey(\(peerID))" }
}
