import Primitives
import Secp256k1

/// The random numbers of one handshake: each is used once.
public struct HandshakeSecrets: Sendable {
    /// The key that the session's secrets come from.
    var ephemeral: Secp256k1PrivateKey
    /// The key of the packet's encryption.
    var encryption: Secp256k1PrivateKey
    var nonce: Hash32
    var iv: FixedBytes<16>
    /// 100 bytes and more, so that the packet's length tells nothing.
    var padding: [UInt8]

    init(ephemeral: Secp256k1PrivateKey, encryption: Secp256k1PrivateKey, nonce: Hash32, iv: FixedBytes<16>, padding: [UInt8]) {
        (self.ephemeral, self.encryption, self.nonce, self.iv, self.padding) = (ephemeral, encryption, nonce, iv, padding)
    }

    public init(using generator: inout some RandomNumberGenerator) {
        func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) } }
        func key() -> Secp256k1PrivateKey {
            // One in 2^128 numbers is no key.
            while true { if let secret = Hash32(bytes(32)), let key = try? Secp256k1PrivateKey(secret) { return key } }
        }
        self.init(
            ephemeral: key(), encryption: key(), nonce: Hash32(bytes(32)) ?? .zero, iv: FixedBytes<16>(bytes(16)) ?? FixedBytes<16>(),
            padding: bytes(Int.random(in: 100...250, using: &generator)))
    }
}

/// One side of the handshake, as functions of what was sent and received.
enum RLPxHandshake {
    /// What the initiator signs.
    static func token(_ key: Secp256k1PrivateKey, _ other: Secp256k1PublicKey, _ nonce: Hash32) throws(RLPxError) -> Hash32 {
        guard let secret = try? key.sharedX(with: other), let token = Hash32(RLPxSecrets.xor(secret, nonce)) else { throw .badKey }
        return token
    }

    static func auth(to remote: Secp256k1PublicKey, by key: Secp256k1PrivateKey, _ secrets: HandshakeSecrets) throws(RLPxError) -> [UInt8] {
        let signature = secrets.ephemeral.sign(try token(key, remote, secrets.nonce))
        let bytes = signature.r.bigEndianHash.bytes + signature.s.bigEndianHash.bytes + [signature.recoveryID]
        guard let fixed = FixedBytes<65>(bytes) else { throw .badKey }
        let message = AuthMessage(signature: fixed, publicKey: key.publicKey, nonce: secrets.nonce)
        return try HandshakePacket.seal(
            message.encoded, padding: secrets.padding, to: remote, ephemeral: secrets.encryption, iv: secrets.iv)
    }

    /// The message, and the ephemeral key that signed it.
    static func readAuth(
        _ packet: [UInt8], by key: Secp256k1PrivateKey
    ) throws(RLPxError) -> (message: AuthMessage, ephemeralKey: Secp256k1PublicKey) {
        let message = try AuthMessage(HandshakePacket.open(packet, by: key))
        let token = try token(key, message.publicKey, message.nonce)
        let bytes = message.signature.bytes
        guard let r = UInt256(bigEndianBytes: bytes[..<32]), let s = UInt256(bigEndianBytes: bytes[32..<64]),
            let ephemeral = try? Secp256k1Signature(r: r, s: s, recoveryID: bytes[64]).recover(token)
        else { throw .badKey }
        return (message, ephemeral)
    }

    static func ack(to remote: Secp256k1PublicKey, _ secrets: HandshakeSecrets) throws(RLPxError) -> [UInt8] {
        let message = AckMessage(ephemeralKey: secrets.ephemeral.publicKey, nonce: secrets.nonce)
        return try HandshakePacket.seal(
            message.encoded, padding: secrets.padding, to: remote, ephemeral: secrets.encryption, iv: secrets.iv)
    }

    static func readAck(_ packet: [UInt8], by key: Secp256k1PrivateKey) throws(RLPxError) -> AckMessage {
        try AckMessage(HandshakePacket.open(packet, by: key))
    }

    static func sharedSecret(_ key: Secp256k1PrivateKey, _ other: Secp256k1PublicKey) throws(RLPxError) -> Hash32 {
        guard let secret = try? key.sharedX(with: other) else { throw .badKey }
        return secret
    }
}
