import Multiformats
import PeerIdentity
import Testing

@testable import LibP2PProtocols

@Suite("Identify and peer records")
struct IdentifyTests {
    @Test("a message comes back as it was, and parts are merged")
    func roundTrip() throws {
        var message = IdentifyMessage()
        message.publicKey = [1, 2]
        message.listenAddresses = [try Multiaddr("/ip4/127.0.0.1/tcp/1")]
        message.protocols = ["/a", "/b"]
        message.observedAddress = try Multiaddr("/ip6/::1/tcp/2")
        message.agentVersion = "polai"
        var read = IdentifyMessage()
        try read.merge(message.bytes)
        #expect(read == message)
        try read.merge(message.bytes)
        #expect(read.protocols == ["/a", "/b", "/a", "/b"])
    }

    @Test("addresses and protocols are bounded")
    func bounds() throws {
        var message = IdentifyMessage()
        message.listenAddresses = Array(repeating: try Multiaddr("/ip4/1.2.3.4/tcp/1"), count: 500)
        var read = IdentifyMessage()
        try read.merge(message.bytes)
        #expect(read.listenAddresses.count == 64)
        #expect(throws: WireError.self) { try read.merge([UInt8](repeating: 0, count: 64 * 1024 + 1)) }
    }

    @Test("a peer record is believed only from the peer that it names")
    func records() throws {
        let (one, two) = (try ConnectionTests.pair(1), try ConnectionTests.pair(2))
        let record = PeerRecord(peer: one.peerID, sequence: 5, addresses: [try Multiaddr("/dns4/example.org/tcp/13337")])
        #expect(try PeerRecord(envelope: record.sealed(by: one)) == record)
        let forged = try record.sealed(by: two)
        #expect(throws: PeerIdentityError.badSignature) { try PeerRecord(envelope: forged) }
    }
}
