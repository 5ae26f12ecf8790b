import Multiformats
import NIOCore
import PeerIdentity
import Primitives
import Testing

@testable import LibP2PProtocols

@Suite("Identities on secp256k1")
struct Secp256k1PeerKeyTests {
    private func key() throws -> Secp256k1PeerKey {
        try Secp256k1PeerKey(seed: [UInt8](hex: "53dadf1d5a164d6b4acdb15e24aa4c5b1d3461bdbd42abedb0a4404d56ced8fb"))
    }

    /// The vector of libp2p's peer-ids specification; the id is py-libp2p's for it.
    @Test("the specification's key has its public key and id")
    func knownAnswer() throws {
        let key = try key()
        #expect(key.publicKeyMessage.bareHex == "08021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99")
        #expect(key.peerID.description == "16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY")
    }

    @Test("signatures verify as those of other peers do, over many lengths of their numbers")
    func signatures() throws {
        let key = try key()
        let known = try RemotePublicKey(message: key.publicKeyMessage)
        for number in 0..<64 {
            let message = [UInt8](repeating: UInt8(number), count: number)
            let signature = try key.sign(message)
            #expect(signature.count <= 72)
            #expect(known.verify(signature, of: message))
            #expect(!known.verify(signature, of: message + [1]))
        }
        #expect(throws: PeerIdentityError.self) { try Secp256k1PeerKey(seed: [UInt8](repeating: 0, count: 32)) }
        #expect(throws: PeerIdentityError.self) { try Secp256k1PeerKey(seed: [1]) }
        #expect(!"\(key)".contains("53dadf"))
    }

    @Test("it shakes hands, and its peer records are believed only from it")
    func handshake() throws {
        let (own, other) = (try key(), try PeerKeyPair(seed: [UInt8](repeating: 1, count: 32)))
        var initiator = try NoiseSecurityHandshake(isInitiator: true, identity: own, expectedPeer: other.peerID, muxers: ["/m"])
        var responder = try NoiseSecurityHandshake(isInitiator: false, identity: other, expectedPeer: own.peerID, muxers: ["/m"])
        var wire = ByteBuffer(bytes: try initiator.start())
        var second = ByteBuffer(bytes: try responder.receive(&wire).output)
        let first = try initiator.receive(&second)
        var third = ByteBuffer(bytes: first.output)
        #expect(first.outcome?.remoteKey.peerID == other.peerID)
        #expect(try responder.receive(&third).outcome?.remoteKey.peerID == own.peerID)

        let record = PeerRecord(peer: own.peerID, sequence: 5, addresses: [try Multiaddr("/ip4/192.0.2.1/tcp/13000")])
        #expect(try PeerRecord(envelope: record.sealed(by: own)) == record)
        let forged = try record.sealed(by: other)
        #expect(throws: PeerIdentityError.badSignature) { try PeerRecord(envelope: forged) }
    }
}
