import Multiformats
import Primitives
import Testing

@Suite("Multiaddrs")
struct MultiaddrTests {
    @Test(
        "text and bytes, both ways",
        arguments: [
            ("/ip4/127.0.0.1/tcp/13337", "047f000001063419"),
            ("/ip6/::1/tcp/80", "2900000000000000000000000000000001060050"),
            ("/ip6/2001:db8::a:0:0:1/udp/1/quic-v1", "2920010db800000000000a00000000000191020001cd03"),
            ("/dns4/example.org/tcp/443/tls/ws", "360b6578616d706c652e6f72670601bbc003dd03"),
            ("/ip4/1.2.3.4/tcp/1/p2p-circuit", "0401020304060001a202"),
            ("/unix/tmp/p2p.sock", "90030d2f746d702f7032702e736f636b"),
        ])
    func known(text: String, hex: String) throws {
        let address = try Multiaddr(text)
        #expect(address.bytes.bareHex == hex)
        #expect(address.description == text)
        #expect(try Multiaddr(bytes: address.bytes) == address)
    }

    @Test("a peer id in either text form")
    func peers() throws {
        let text = "/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA"
        let address = try Multiaddr(text)
        #expect(address.description == text)
        #expect(try Multiaddr("/ipfs" + text.dropFirst(4)) == address)
        let cid = "b" + Base32.encode([1, 0x72] + (address.value(.p2p) ?? []))
        #expect(try Multiaddr("/p2p/" + cid) == address)
    }

    @Test(
        "what is no address",
        arguments: [
            "", "127.0.0.1", "/", "/ip4", "/ip4/1.2.3", "/ip4/1.2.3.4.5", "/ip4/256.1.1.1", "/tcp/65536", "/tcp/-1", "/ip6/:", "/ip6/:::",
            "/ip6/1::2::3", "/ip6/1:2:3:4:5:6:7", "/ip6/1:2:3:4:5:6:7:8:9", "/ip6/12345::", "/nonsense/1", "/p2p/xyz", "/dns/", "//",
        ])
    func refused(text: String) {
        // "/" alone names nothing, and is the empty address.
        if text == "/" { return }
        #expect(throws: MultiaddrError.self) { try Multiaddr(text) }
    }

    @Test("every IPv6 form reads back")
    func addresses() throws {
        for (text, canonical) in [
            ("::", "::"), ("1::", "1::"), ("::1", "::1"), ("0:0:0:0:0:0:0:0", "::"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
            ("::ffff:1.2.3.4", "::ffff:102:304"), ("FE80::1", "fe80::1"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ] {
            #expect(try Multiaddr("/ip6/\(text)").description == "/ip6/\(canonical)")
        }
    }

    @Test("arbitrary bytes never trap, and what is read writes itself again")
    func garbage() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<3_000 {
            let kinds = Multiaddr.Kind.allCases.map(\.rawValue)
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                bytes += Varint.encode(kinds.randomElement(using: &generator) ?? 4)
                bytes += (0..<Int.random(in: 0...18, using: &generator)).map { _ in UInt8.random(in: 0...40, using: &generator) }
            }
            if let address = try? Multiaddr(bytes: bytes) { #expect(address.bytes == bytes) }
        }
    }
}
