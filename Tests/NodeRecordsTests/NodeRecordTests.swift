import Multiformats
import Primitives
import RLP
import Secp256k1
import TestSupport
import Testing

@testable import NodeRecords

@Suite("Node records")
struct NodeRecordTests {
    static let example =
        "enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJjX04jRzjzCBOonrkTfj499SZuOh8R33Ls8RRcy5wBgmlkgnY0gmlwhH8AAAGJc2VjcDI1NmsxoQPKY0yuDUmstAHYpMa2_oxVtw0RW_QAdpzBQA8yWM0xOIN1ZHCCdl8"
    static let exampleKey = "b71c71a67e1177ad4e901695e1b4b9ee17ae16c6668d313eac2f96dbcda3f291"

    @Test("the record of EIP-778")
    func published() throws {
        let record = try NodeRecord(text: Self.example)
        #expect(record.nodeID.hex == "0xa448f24c6d18e575453db13171562b71999873db5b286df957af199ec94617f7")
        #expect(record.sequence == 1)
        #expect(record.ip4 == IPAddress("127.0.0.1"))
        #expect(record.udp == 30303)
        #expect(record.udpEndpoint?.description == "127.0.0.1:30303")
        #expect(record.tcpEndpoint == nil)
        #expect(record.entries.keys == ["id", "ip", "secp256k1", "udp"])
        #expect(record.text == Self.example)
    }

    @Test("the same record, signed anew")
    func signing() throws {
        var entries = NodeRecordEntries()
        entries.setUDP(NodeEndpoint(address: try #require(IPAddress("127.0.0.1")), port: 30303))
        let record = try NodeRecord(entries, sequence: 1, signedBy: Secp256k1PrivateKey(Hash32(hex: Self.exampleKey)))
        #expect(record.text == Self.example)
    }

    // Made by the Python package eth-enr 0.5.0: key, record, sequence, node id.
    static let others: [(String, String, UInt64, String)] = [
        (
            "a54dca182530bb1d6d132cded6237b2ed91e3f721fcb1971174494d6493c9d5c",
            "enr:-JG4QI3hOVBkhH_4cnuGXhaZEUnLV4lp3pnjPJ4LXHvrwqe5aSzrAGofic1IiGA-XrRd_5gp66wEqcogfyMzZ5Y7iJ1KgmlkgnY0g2lwNpBgvjEgHmn-2qDu6LmZf1x8iXNlY3AyNTZrMaEDjCbNIUxaG_nlNWlbKwilnHvVbFG8tEHQI0FdwJby3fiDdGNwghpi",
            74, "245957ec4f5688fab6d6708d9d9521852627e771b9e35dee87cebcb8edc988a3"
        ),
        (
            "99fdafe593253cd654af4dfad71427a0aeb3fee9232f8af2211f9ee491c5b10b",
            "enr:-K24QK5KqWCO9LO-NICDdpUgxPTz_lShfCqyJO8GH7QjiB2fAzr95COKplXb8wMkcAm9x6k5nB7hroukdDo7vrjI51SCqJWHYXR0bmV0c4jUt8J2TSpaTYRldGgykB5vk0J-y8j-KVXlzY5G3I6CaWSCdjSCaXCE7LVWO4lzZWNwMjU2azGhAqFN4lnVYoTApJ0SvAhsulfu90JcVMQBTodPoBoYD77eg3VkcIJ-Yw",
            43157, "32db71712df46b5ccac2bbfafaa12185c52a79288f686b8f7c3fc96eb316a812"
        ),
        (
            "b2ba29703474f064ac68f700f5b02b3dc666f45bdeaa2ccaedcd2b5157410e4d",
            "enr:-H24QCDap_eq23o2JPNaOX6vmbXEVkvH-ey7isPvVBWov0X0ZNI41-Im4gnak_7Q009ys1fr2pI5raspiohhdNWooeeIU_MpTc526fWCaWSCdjSJc2VjcDI1NmsxoQJPozp7l1RyFUBLINSIkCSVIBE-19lVOqrQO0c0qG_xmw",
            6_049_224_138_641_828_341, "8c8864fd1c094d22ae80a2512b5202acd5abf21416eabb7daf41d3c05b3bd558"
        ),
        (
            "e2a1257bdb256c9b3e4fbb498146ef7030cbf9537252dcceadd764b6a32fbb09",
            "enr:-KG4QIYW4xDmfEOWb4kXJFovZ_pZqBuiva9adAIx-RzQ3C2DP6vKgoj3U9WGC5MZMxzqNh9gqEpcb127omlgwtj83a-CiV-DZXRoyciEQtiEz4ISNIJpZIJ2NINpcDaQ6uEJxKmXIDl1NSuHixRciolzZWNwMjU2azGhA8PpM0sKFFjJ1Ci_9Hpt2cgiKc4sqI5v7Z-ocdX6UP8tg3RjcIJWhg",
            35167, "df5e9b2c718dad9e305567b2554bc2d608c2f3e2dee88387cefe846f2b67d8af"
        ),
        (
            "fda72d8e1d5dd92589082d852a7122873ee805add58942167a385286195c679f",
            "enr:-Je4QOZKXGBXFcHMpDy8UqSSxkxhi4YJJgSiKMvwgX04JqN-Fv2dRtm_VI9fZeiBMd-Nh4i6pqGzmm7kbRoIYc4L6N-FAwl1g0GDZXRoyciEW4qxCYISNIJpZIJ2NIJpcIScaZTkiXNlY3AyNTZrMaEDEDKcF5Gm6RlhJqUxDT5Tqu6NYm7SodMKXXuIGVNRK9GDdWRwgoAG",
            13_043_598_145, "b8c20781c4f290eedea50aa5797e113b66351ca5bc1186fced9e3ed0688af479"
        ),
    ]

    @Test("records of another implementation: read, and signed to the same bytes", arguments: others)
    func another(key: String, text: String, sequence: UInt64, id: String) throws {
        let record = try NodeRecord(text: text)
        #expect(record.sequence == sequence)
        #expect(record.nodeID.bytes.bareHex == id)
        let again = try NodeRecord(record.entries, sequence: sequence, signedBy: Secp256k1PrivateKey(Hash32(hex: key)))
        #expect(again.text == text)
    }

    @Test("entries of Ethereum's layers")
    func entries() throws {
        let record = try NodeRecord(text: Self.others[1].1)
        #expect(record.eth2?.ssz == [UInt8](record.entries[bytes: "eth2"] ?? []))
        #expect(record.eth2?.forkDigest.hex == "0x1e6f9342")
        #expect(record.attestationSubnets?.hex == "0xd4b7c2764d2a5a4d")
        #expect(record.syncSubnets == nil)
        let execution = try NodeRecord(text: Self.others[3].1)
        #expect(execution.eth == ForkID(hash: try Bytes4(hex: "42d884cf"), next: 0x1234))
        #expect(execution.ip6 != nil && execution.udpEndpoint == nil)

        var entries = NodeRecordEntries()
        entries.eth = ForkID(hash: try Bytes4(hex: "fc64ec04"), next: 0)
        #expect(entries[item: "eth"]?.bareHex == "c7c684fc64ec0480")
        // More items are for later versions of the entry.
        entries[item: "eth"] = try [UInt8](hex: "c8c684fc64ec048001")
        #expect(entries.eth?.next == 0)
        entries.syncSubnets = 5
        #expect(entries[item: "syncnets"] == [5])
        entries.syncSubnets = nil
        #expect(entries.keys == ["eth"])
    }

    @Test("an IPv4 address in IPv6's clothes is read as the IPv4 address, and what has not sixteen bytes as none")
    func mappedAddress() throws {
        var entries = NodeRecordEntries()
        entries[bytes: "ip6"] = [UInt8](repeating: 0, count: 10) + [0xff, 0xff, 127, 0, 0, 1]
        #expect(entries.ip6 == IPAddress("127.0.0.1") && entries.ip6?.isLoopback == true)
        for count in [0, 4, 15, 17] {
            entries[bytes: "ip6"] = [UInt8](repeating: 1, count: count)
            #expect(entries.ip6 == nil)
        }
    }

    @Test("what does not fit in 300 bytes is not signed, and not read")
    func size() throws {
        let key = try Secp256k1PrivateKey(Hash32(hex: Self.exampleKey))
        var entries = NodeRecordEntries()
        // 120 bytes are there without entries, 7 are the key's and the prefixes'.
        entries[bytes: "blob"] = [UInt8](repeating: 1, count: 300 - 127)
        let largest = try NodeRecord(entries, sequence: 1, signedBy: key)
        #expect(largest.encoded.count == 300)
        #expect(try NodeRecord(text: largest.text) == largest)
        entries[bytes: "blob"]?.append(1)
        #expect(throws: NodeRecordError.tooLarge(301)) { try NodeRecord(entries, sequence: 1, signedBy: key) }
        #expect(throws: NodeRecordError.self) { try NodeRecord(text: "enr:" + String(repeating: "A", count: 1 << 20)) }
    }
}
