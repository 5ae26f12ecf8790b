import PeerIdentity
import Primitives
import Testing

@Suite struct PeerIdentityTests {
    /// The Ed25519 test vector of the libp2p peer-ids specification.
    private static let specificationSeed = "7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"
    private static let specificationPublicKeyMessage = "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"

    @Test func specificationKey() throws {
        let pair = try PeerKeyPair(seed: [UInt8](hex: Self.specificationSeed))
        #expect(pair.publicKey.message.bareHex == Self.specificationPublicKeyMessage)
        #expect(try PeerPublicKey(message: [UInt8](hex: Self.specificationPublicKeyMessage)) == pair.publicKey)
        #expect(pair.peerID.description.hasPrefix("12D3KooW"))
        #expect(PeerID(base58: pair.peerID.description) == pair.peerID)
    }

    /// RFC 8032, section 7.1, test 2.
    @Test func ed25519KnownAnswer() throws {
        let key = try PeerPublicKey(rawBytes: [UInt8](hex: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"))
        let signature = try [UInt8](
            hex:
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        )
        #expect(key.verify(signature, of: [0x72]))
        #expect(!key.verify(signature, of: [0x73]))
        #expect(!key.verify(Array(signature.dropLast()), of: [0x72]))
    }

    @Test func envelopeRoundTripAndForgery() throws {
        let pair = try PeerKeyPair(seed: [UInt8](repeating: 3, count: 32))
        let envelope = try SignedEnvelope(domain: "polai-test", payloadType: [3, 1], payload: [9, 9, 9], key: pair)
        let read = try SignedEnvelope(bytes: envelope.bytes, domain: "polai-test", payloadType: [3, 1])
        #expect(read == envelope)
        #expect(throws: PeerIdentityError.badSignature) {
            try SignedEnvelope(bytes: envelope.bytes, domain: "another", payloadType: [3, 1])
        }
        #expect(throws: PeerIdentityError.wrongDomain(expectedPayloadType: [3, 2], actual: [3, 1])) {
            try SignedEnvelope(bytes: envelope.bytes, domain: "polai-test", payloadType: [3, 2])
        }
        for index in envelope.bytes.indices {
            var forged = envelope.bytes
            forged[index] ^= 1
            #expect(throws: PeerIdentityError.self) { try SignedEnvelope(bytes: forged, domain: "polai-test", payloadType: [3, 1]) }
        }
        for length in envelope.bytes.indices {
            #expect(throws: PeerIdentityError.self) {
                try SignedEnvelope(bytes: Array(envelope.bytes.prefix(length)), domain: "polai-test", payloadType: [3, 1])
            }
        }
        #expect(throws: PeerIdentityError.malformedEnvelope("over 4096 bytes")) {
            try SignedEnvelope(bytes: [UInt8](repeating: 0, count: 4097), domain: "polai-test", payloadType: [3, 1])
        }
    }

    @Test func secretsStayOutOfText() throws {
        let pair = try PeerKeyPair(seed: [UInt8](hex: Self.specificationSeed))
        #expect(!"\(pair)".contains(Self.specificationSeed))
        #expect(throws: PeerIdentityError.invalidKey) { try PeerKeyPair(seed: [1, 2, 3]) }
        #expect(throws: PeerIdentityError.unsupportedKeyType(2)) {
            try PeerPublicKey(message: [0x08, 0x02, 0x12, 0x01, 0x00])
        }
    }
}
