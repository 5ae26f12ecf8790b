import PeerIdentity

/// A signed envelope (RFC 0002) whose signer may have a key of any kind.
struct PeerEnvelope {
    let publicKey: RemotePublicKey
    let payload: [UInt8]

    /// Reads the protobuf form and verifies its signature for `domain`.
    init(bytes: [UInt8], domain: String, payloadType: [UInt8]) throws(PeerIdentityError) {
        let parts = try EnvelopeParts(bytes: bytes, payloadType: payloadType)
        publicKey = try RemotePublicKey(message: parts.keyMessage)
        payload = parts.payload
        guard publicKey.verify(parts.signature, of: parts.signedBytes(domain: domain)) else { throw .badSignature }
    }
}
