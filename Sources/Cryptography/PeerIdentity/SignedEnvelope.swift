/// A libp2p signed envelope (RFC 0002) of an Ed25519 key: a payload, the type of the payload, and a signature over both
/// and a domain string that keeps signatures of different purposes apart.
public struct SignedEnvelope: Hashable, Sendable {
    /// The largest envelope that is read, in bytes.
    public static let maximumSize = 4096

    public let publicKey: PeerPublicKey
    private let parts: EnvelopeParts

    public var payloadType: [UInt8] { parts.payloadType }
    public var payload: [UInt8] { parts.payload }
    public var signature: [UInt8] { parts.signature }

    /// Signs `payload` for `domain`.
    public init(domain: String, payloadType: [UInt8], payload: [UInt8], key: PeerKeyPair) throws(PeerIdentityError) {
        publicKey = key.publicKey
        parts = try EnvelopeParts(domain: domain, payloadType: payloadType, payload: payload, signer: key)
    }

    /// Reads the protobuf form and verifies its signature for `domain`.
    public init(bytes: [UInt8], domain: String, payloadType expected: [UInt8]) throws(PeerIdentityError) {
        parts = try EnvelopeParts(bytes: bytes, payloadType: expected)
        publicKey = try PeerPublicKey(message: parts.keyMessage)
        guard publicKey.verify(parts.signature, of: parts.signedBytes(domain: domain)) else { throw .badSignature }
    }

    /// The protobuf form: `{1: public_key, 2: payload_type, 3: payload, 5: signature}`.
    public var bytes: [UInt8] { parts.bytes }
}
