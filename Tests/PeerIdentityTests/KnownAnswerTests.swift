import Foundation
import PeerIdentity
import Primitives
import Testing

/// Peer ids and envelopes made by `scripts/vectors/peers.py` from the specifications.
@Suite("Peer identity known answers")
struct KnownAnswerTests {
    struct Peer: Decodable { var seed, publicKeyMessage, base58, cid, domain, payloadType, payload, envelope: String }

    static func peers() throws -> [Peer] {
        let url = try #require(Bundle.module.url(forResource: "peers", withExtension: "json", subdirectory: "Vectors"))
        return try JSONDecoder().decode([Peer].self, from: Data(contentsOf: url))
    }

    @Test("keys and both text forms of ids")
    func identities() throws {
        let peers = try Self.peers()
        #expect(peers.count == 3)
        for peer in peers {
            let pair = try PeerKeyPair(seed: [UInt8](hex: peer.seed))
            #expect(pair.publicKey.message.bareHex == peer.publicKeyMessage)
            #expect(pair.peerID.description == peer.base58)
            #expect(pair.peerID.cid == peer.cid)
            #expect(PeerID(peer.base58) == pair.peerID)
            #expect(PeerID(peer.cid) == pair.peerID)
        }
    }

    @Test("envelopes, byte for byte")
    func envelopes() throws {
        for peer in try Self.peers() {
            let pair = try PeerKeyPair(seed: [UInt8](hex: peer.seed))
            let (type, payload) = (try [UInt8](hex: peer.payloadType), try [UInt8](hex: peer.payload))
            let expected = try [UInt8](hex: peer.envelope)
            let read = try SignedEnvelope(bytes: expected, domain: peer.domain, payloadType: type)
            #expect(read.payload == payload && read.publicKey == pair.publicKey && read.bytes == expected)
            // Signing may be randomised by the platform's library; what it signs may not.
            let signed = try SignedEnvelope(domain: peer.domain, payloadType: type, payload: payload, key: pair)
            #expect(try SignedEnvelope(bytes: signed.bytes, domain: peer.domain, payloadType: type).payload == payload)
        }
    }

    @Test("texts that are no peer id")
    func refusals() throws {
        let peer = try #require(try Self.peers().first)
        for text in [
            "", "1", "b", "Qm", "0", peer.base58 + "0", peer.cid.uppercased(), "b" + peer.base58, String(peer.cid.dropLast()),
            String(peer.base58.dropLast()), peer.cid + "a",
        ] {
            #expect(PeerID(text) == nil, "\(text)")
        }
    }
}
