import Primitives
import RLP
import Secp256k1
import TestSupport
import Testing

@testable import RLPx

/// EIP-8's vectors.
@Suite("The handshake of RLPx")
struct HandshakeTests {
    typealias V = HandshakeVectors
    let (a, b): (Secp256k1PrivateKey, Secp256k1PrivateKey)
    let (ephemeralA, ephemeralB): (Secp256k1PrivateKey, Secp256k1PrivateKey)
    let (nonceA, nonceB): (Hash32, Hash32)

    init() throws {
        (a, b) = (try Secp256k1PrivateKey(Hash32(hex: V.keyA)), try Secp256k1PrivateKey(Hash32(hex: V.keyB)))
        ephemeralA = try Secp256k1PrivateKey(Hash32(hex: V.ephemeralA))
        ephemeralB = try Secp256k1PrivateKey(Hash32(hex: V.ephemeralB))
        (nonceA, nonceB) = (try Hash32(hex: V.nonceA), try Hash32(hex: V.nonceB))
    }

    @Test("the first packet, of this version and of another", arguments: [(V.auth2, 4), (V.auth3, 56)] as [(String, UInt64)])
    func auth(hex: String, version: UInt64) throws {
        let packet = try [UInt8](hex: hex)
        #expect(try HandshakePacket.length(packet[...]) == packet.count)
        let (message, ephemeral) = try RLPxHandshake.readAuth(packet, by: b)
        #expect(message.publicKey == a.publicKey && message.nonce == nonceA && message.version == version)
        #expect(ephemeral == ephemeralA.publicKey)
    }

    @Test("the answer, of this version and of another", arguments: [(V.ack2, 4), (V.ack3, 57)] as [(String, UInt64)])
    func ack(hex: String, version: UInt64) throws {
        let message = try RLPxHandshake.readAck([UInt8](hex: hex), by: a)
        #expect(message.ephemeralKey == ephemeralB.publicKey && message.nonce == nonceB && message.version == version)
    }

    @Test("the older form without a size is not read: its first bytes are taken for one, and what would have it so does not open")
    func older() throws {
        let packet = try [UInt8](hex: V.auth1)
        // The curve's point begins with 0x04, as a size does that is within the limits.
        #expect(try HandshakePacket.length(packet[...]) == 2 + 0x048c && packet.count < 2 + 0x048c)
        let padded = packet + [UInt8](repeating: 0, count: 2 + 0x048c - packet.count)
        #expect(throws: RLPxError.notAuthentic) { try RLPxHandshake.readAuth(padded, by: b) }
        #expect(throws: RLPxError.handshakeSize(2_049)) { try HandshakePacket.length([8, 1]) }
        #expect(throws: RLPxError.handshakeSize(212)) { try HandshakePacket.length([0, 212]) }
        #expect(try HandshakePacket.length([0, 213]) == 215)
    }

    @Test("the secrets that both sides derive")
    func secrets() throws {
        let (auth, ack) = (try [UInt8](hex: V.auth2), try [UInt8](hex: V.ack2))
        var own = RLPxSecrets(
            isInitiator: false, ephemeralSecret: try RLPxHandshake.sharedSecret(ephemeralB, ephemeralA.publicKey), initiatorNonce: nonceA,
            recipientNonce: nonceB, auth: auth, ack: ack)
        #expect(own.aes.bytes.bareHex == "80e8632c05fed6fc2a13b0f8d31a3cf645366239170ea067065aba8e28bac487")
        #expect(own.mac.bytes.bareHex == "2ea74ec5dae199227dff1af715362700e989d889d7a493cb0639691efb8e5f98")
        own.ingress.update(Array("foo".utf8))
        #expect(own.ingress.digest.bytes.bareHex == "0c7ec6340062cc46f5e9f1e3cf86f8c8c403c5a0964f5df0ebd34a75ddc86db5")
        let other = RLPxSecrets(
            isInitiator: true, ephemeralSecret: try RLPxHandshake.sharedSecret(ephemeralA, ephemeralB.publicKey), initiatorNonce: nonceA,
            recipientNonce: nonceB, auth: auth, ack: ack)
        #expect(other.aes == own.aes && other.mac == own.mac)
        #expect(other.ingress.digest == own.egress.digest)
    }

    @Test("packets of this implementation read back")
    func both() throws {
        var generator = SeededGenerator(seed: 1)
        var own = HandshakeSecrets(using: &generator)
        (own.ephemeral, own.nonce) = (ephemeralA, nonceA)
        let auth = try RLPxHandshake.auth(to: b.publicKey, by: a, own)
        let (message, ephemeral) = try RLPxHandshake.readAuth(auth, by: b)
        #expect(message.publicKey == a.publicKey && message.nonce == nonceA && message.version == 4)
        // The published packet is signed with randomness: not the signatures are the same, but the keys that they give.
        #expect(ephemeral == ephemeralA.publicKey)
        #expect(ephemeral == (try RLPxHandshake.readAuth([UInt8](hex: V.auth2), by: b)).ephemeralKey)
        let ack = try RLPxHandshake.ack(to: a.publicKey, own)
        #expect(try RLPxHandshake.readAck(ack, by: a).nonce == nonceA)
        #expect(throws: RLPxError.self) { try RLPxHandshake.readAck(ack, by: b) }
    }

    @Test("every changed byte of a packet is noticed")
    func changed() throws {
        let packet = try [UInt8](hex: V.auth2)
        for index in packet.indices {
            var bytes = packet
            bytes[index] ^= 0x40
            #expect(throws: RLPxError.self) { try RLPxHandshake.readAuth(bytes, by: b) }
        }
    }

    @Test("bodies that are none, in good encryption")
    func bodies() throws {
        var generator = SeededGenerator(seed: 2)
        let secrets = HandshakeSecrets(using: &generator)
        let good = try HandshakePacket.open([UInt8](hex: V.auth2), by: b)
        #expect((try AuthMessage(good)).nonce == nonceA)
        for body in [[], [0xc0], [0x80], Array(good.prefix(100)), [UInt8](repeating: 0xff, count: 200)] as [[UInt8]] {
            let packet = try HandshakePacket.seal(
                body, padding: secrets.padding, to: b.publicKey, ephemeral: secrets.encryption, iv: secrets.iv)
            #expect(throws: RLPxError.self) { try RLPxHandshake.readAuth(packet, by: b) }
            #expect(throws: RLPxError.self) { try RLPxHandshake.readAck(packet, by: b) }
        }
        for _ in 0..<500 {
            var body = good
            for _ in 0..<3 { body[Int.random(in: 0..<body.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
            _ = try? AuthMessage(body)
            _ = try? AckMessage(Array(body.prefix(Int.random(in: 0...body.count, using: &generator))))
        }
    }
}
