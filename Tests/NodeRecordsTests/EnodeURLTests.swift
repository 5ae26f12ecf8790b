import Multiformats
import NodeRecords
import Primitives
import Secp256k1
import Testing

@Suite("Enode addresses")
struct EnodeURLTests {
    static let key =
        "6f8a80d14311c39f35f516fa664deaaaa13e85b2f7493f37f6144d86991ec012937307647bd3b9a82abe2974e1407241d54947bbb39763a4cac9f77166ad92a0"

    @Test(
        "text and parts, both ways",
        arguments: [
            ("10.3.58.6:30303?discport=30301", "10.3.58.6", 30303, 30301), ("[2001:db8::1]:30303", "2001:db8::1", 30303, 30303),
            ("boot.example.org:1", "boot.example.org", 1, 1), ("127.0.0.1:0?discport=9", "127.0.0.1", 0, 9),
        ])
    func known(place: String, host: String, tcp: Int, udp: Int) throws {
        let text = "enode://\(Self.key)@\(place)"
        let url = try EnodeURL(text)
        #expect(url.publicKey.coordinates.bytes.bareHex == Self.key)
        #expect(url.host == host)
        #expect(Int(url.tcp) == tcp && Int(url.udp) == udp)
        #expect(url.description == text)
        #expect((url.udpEndpoint != nil) == (IPAddress(host) != nil))
    }

    @Test(
        "what is none",
        arguments: [
            "", "enode://", "enode://\(key)", "enode://\(key)@", "enode://\(key)@127.0.0.1", "enode://\(key)@127.0.0.1:65536",
            "enode://\(key)@127.0.0.1:+1", "enode://\(key)@:1", "enode://\(key)@[::1:1", "enode://\(key)@[127.0.0.1]:1",
            "enode://\(key)@a/b:1", "enode://\(key)@127.0.0.1:1?discport=", "enode://\(key)@127.0.0.1:1?udp=1",
            "enode://\(key.dropLast())@127.0.0.1:1", "enode://\(String(repeating: "f", count: 128))@127.0.0.1:1",
            "http://\(key)@127.0.0.1:1", "enode://\(key)@127.0.0.1:1" + String(repeating: "0", count: 512),
        ])
    func refused(text: String) {
        #expect(throws: NodeRecordError.self) { try EnodeURL(text) }
    }

    @Test("either form of a boot node")
    func bootNodes() throws {
        let record = try BootNode(NodeRecordTests.example)
        #expect(record.udpEndpoint?.port == 30303)
        let enode = try BootNode("enode://\(Self.key)@10.0.0.1:30303")
        #expect(enode.tcpEndpoint?.description == "10.0.0.1:30303")
        #expect(try NodeRecord(text: NodeRecordTests.example).enode?.description.hasSuffix("@127.0.0.1:0?discport=30303") == true)
        #expect(throws: NodeRecordError.self) { try BootNode("nonsense") }
    }
}
