import Multiformats
import Testing

@Suite("IP addresses")
struct IPAddressTests {
    @Test("text, bytes and back", arguments: [("127.0.0.1", 4), ("255.255.255.255", 4), ("2001:db8::1", 16), ("::", 16)])
    func known(text: String, count: Int) throws {
        let address = try #require(IPAddress(text))
        #expect(address.bytes.count == count)
        #expect(address.description == text)
        #expect(IPAddress(bytes: address.bytes) == address)
    }

    @Test("an IPv4 address in IPv6's clothes is the IPv4 address")
    func mapped() {
        #expect(IPAddress("::ffff:192.0.2.1") == IPAddress("192.0.2.1"))
    }

    @Test("what is none", arguments: ["", "1.2.3", "1.2.3.4.5", "1.2.3.256", "+1.2.3.4", "1.2.3.", ":", "::1::", "1.2.3.4 "])
    func refused(text: String) {
        #expect(IPAddress(text) == nil)
        #expect(IPAddress(bytes: [1, 2, 3]) == nil)
    }

    @Test("who can have it")
    func reach() throws {
        func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
        for text in ["8.8.8.8", "2600::1", "172.32.0.1", "2001:200::1", "2001:db9::1", "2003::1", "3fff:1000::1"] {
            #expect(try address(text).isGlobal, "\(text)")
        }
        for text in [
            "10.0.0.1", "127.0.0.1", "192.168.1.1", "::1", "fe80::1", "2001:db8::1", "0.0.0.0", "224.0.0.1", "2001::1", "2001:1ff::1",
            "2002:a00:1::1", "3fff:fff::1",
        ] {
            #expect(try !address(text).isGlobal, "\(text)")
        }
        #expect(try address("127.9.9.9").isLoopback && address("::1").isLoopback && !address("::2").isLoopback)
        #expect(try address("0.0.0.0").isUnspecified && address("224.0.0.1").isMulticast && address("ff02::1").isMulticast)
        #expect(try address("10.1.2.3").network == address("10.1.2.200").network)
        #expect(try address("10.1.2.3").network != address("10.1.3.3").network)
    }
}
