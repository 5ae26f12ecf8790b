import Primitives
import Secp256k1

/// What both sides of a connection derive from the handshake (rlpx.md, "Initial Handshake" and "MAC").
struct RLPxSecrets: Sendable {
    var aes: Hash32
    var mac: Hash32
    /// Keccak over what is sent and over what is received.
    var egress = KeccakStream()
    var ingress = KeccakStream()

    /// - Parameters:
    ///   - ephemeralSecret: of both sides' ephemeral keys.
    ///   - auth: the whole packet of the initiator.
    ///   - ack: the whole packet of the recipient.
    init(isInitiator: Bool, ephemeralSecret: Hash32, initiatorNonce: Hash32, recipientNonce: Hash32, auth: [UInt8], ack: [UInt8]) {
        let nonces = Keccak256.hash(recipientNonce.bytes + initiatorNonce.bytes)
        let shared = Keccak256.hash(ephemeralSecret.bytes + nonces.bytes)
        aes = Keccak256.hash(ephemeralSecret.bytes + shared.bytes)
        mac = Keccak256.hash(ephemeralSecret.bytes + aes.bytes)
        let (own, other) = isInitiator ? (initiatorNonce, recipientNonce) : (recipientNonce, initiatorNonce)
        egress.update(Self.xor(mac, other))
        egress.update(isInitiator ? auth : ack)
        ingress.update(Self.xor(mac, own))
        ingress.update(isInitiator ? ack : auth)
    }

    static func xor(_ one: Hash32, _ other: Hash32) -> [UInt8] { zip(one.bytes, other.bytes).map { $0 ^ $1 } }
}
