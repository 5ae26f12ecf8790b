import Crypto
import Foundation
import NIOCore
import PeerIdentity
import Primitives
import Testing

@testable import LibP2PProtocols

/// Transcripts and keys made by `scripts/vectors/noise_and_peer_keys.py`.
struct Vectors: Decodable {
    struct Transcript: Decodable {
        struct Message: Decodable { var payload, message: String }
        var prologue, initiatorStatic, initiatorEphemeral, responderStatic, responderEphemeral, hash: String
        var messages: [Message]
    }
    struct Key: Decodable {
        var kind: UInt64
        var publicKey, peerID, message, signature: String
    }
    var noise: [Transcript]
    var keys: [Key]

    static func read() throws -> Vectors {
        let url = try #require(Bundle.module.url(forResource: "libp2p", withExtension: "json", subdirectory: "Vectors"))
        return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
    }
}

@Suite("Noise XX")
struct NoiseTests {
    @Test("known transcripts, byte for byte")
    func transcripts() throws {
        let transcripts = try Vectors.read().noise
        #expect(transcripts.count == 3)
        for vector in transcripts {
            func side(_ initiator: Bool, _ fixed: String, _ ephemeral: String) throws -> NoiseXX {
                NoiseXX(
                    isInitiator: initiator, staticKey: try .init(rawRepresentation: [UInt8](hex: fixed)),
                    ephemeralKey: try .init(rawRepresentation: [UInt8](hex: ephemeral)), prologue: try [UInt8](hex: vector.prologue))
            }
            var sides = [
                try side(true, vector.initiatorStatic, vector.initiatorEphemeral),
                try side(false, vector.responderStatic, vector.responderEphemeral),
            ]
            for (turn, step) in vector.messages.prefix(3).enumerated() {
                let message = try sides[turn % 2].write(payload: [UInt8](hex: step.payload))
                #expect(message.bareHex == step.message)
                #expect(try sides[1 - turn % 2].read(message).bareHex == step.payload)
            }
            #expect(sides.map { $0.handshakeHash.bareHex } == [vector.hash, vector.hash])
            // In the transcript the responder speaks next.
            var transports = try sides.map { NoiseTransport(sending: try $0.split().sending, receiving: try $0.split().receiving) }
            for (turn, step) in vector.messages.enumerated().dropFirst(3) {
                var (wire, opened) = (ByteBuffer(), ByteBuffer())
                try transports[turn % 2].seal(ByteBuffer(bytes: [UInt8](hex: step.payload)), into: &wire)
                #expect(Array(wire.readableBytesView.dropFirst(2)).bareHex == step.message)
                try transports[1 - turn % 2].open(&wire, into: &opened)
                #expect(Array(opened.readableBytesView).bareHex == step.payload)
            }
        }
    }

    @Test("keys of every kind: peer id, signature")
    func keys() throws {
        let keys = try Vectors.read().keys
        #expect(keys.count == 6)
        for vector in keys {
            let key = try RemotePublicKey(message: [UInt8](hex: vector.publicKey))
            #expect(key.kind.rawValue == vector.kind)
            #expect(key.message.bareHex == vector.publicKey)
            #expect(key.peerID.description == vector.peerID)
            let (message, signature) = (try [UInt8](hex: vector.message), try [UInt8](hex: vector.signature))
            #expect(key.verify(signature, of: message), "\(key.kind)")
            #expect(!key.verify(signature, of: message + [0]))
            #expect(!key.verify(Array(signature.dropLast()), of: message))
        }
    }

    private func handshakes(expecting: PeerID? = nil) throws -> (NoiseSecurityHandshake, NoiseSecurityHandshake) {
        let pairs = try [1, 2].map { try PeerKeyPair(seed: [UInt8](repeating: $0, count: 32)) }
        return (
            try NoiseSecurityHandshake(isInitiator: true, identity: pairs[0], expectedPeer: expecting ?? pairs[1].peerID, muxers: ["/m"]),
            try NoiseSecurityHandshake(isInitiator: false, identity: pairs[1], expectedPeer: nil, muxers: ["/n", "/m"])
        )
    }

    @Test("both sides learn each other's identity and the early muxer")
    func identities() throws {
        var (initiator, responder) = try handshakes()
        var wire = ByteBuffer(bytes: try initiator.start())
        var second = ByteBuffer(bytes: try responder.receive(&wire).output)
        let first = try initiator.receive(&second)
        var third = ByteBuffer(bytes: first.output + [9, 9])
        let last = try responder.receive(&third)
        #expect(Array(third.readableBytesView) == [9, 9], "what follows the handshake stays")
        let pairs = try [1, 2].map { try PeerKeyPair(seed: [UInt8](repeating: $0, count: 32)) }
        #expect(first.outcome?.remoteKey.peerID == pairs[1].peerID)
        #expect(last.outcome?.remoteKey.peerID == pairs[0].peerID)
        #expect(first.outcome?.earlyMuxer == "/m")
        #expect(last.outcome?.earlyMuxer == "/m")
    }

    @Test("another peer than the one dialled")
    func wrongPeer() throws {
        let other = try PeerKeyPair(seed: [UInt8](repeating: 3, count: 32)).peerID
        var (initiator, responder) = try handshakes(expecting: other)
        var wire = ByteBuffer(bytes: try initiator.start())
        var second = ByteBuffer(bytes: try responder.receive(&wire).output)
        #expect(throws: NoiseError.self) { try initiator.receive(&second) }
    }

    @Test("a flipped bit anywhere in the second message is noticed")
    func tampering() throws {
        var (_, responder) = try handshakes()
        var (initiator, _) = try handshakes()
        var wire = ByteBuffer(bytes: try initiator.start())
        let second = try responder.receive(&wire).output
        for position in stride(from: 2, to: second.count, by: 7) {
            var (copy, bytes) = (initiator, second)
            bytes[position] ^= 1
            var input = ByteBuffer(bytes: bytes)
            #expect(throws: NoiseError.self) { try copy.receive(&input) }
        }
    }

    @Test("keys of low order and short messages")
    func badKeys() throws {
        var (_, responder) = try handshakes()
        var copy = responder
        var zero = ByteBuffer(bytes: NoiseTransport.frame([UInt8](repeating: 0, count: 32)))
        #expect(throws: NoiseError.badKey) { try responder.receive(&zero) }
        var short = ByteBuffer(bytes: NoiseTransport.frame([1, 2, 3]))
        #expect(throws: NoiseError.shortMessage) { try copy.receive(&short) }
    }
}
