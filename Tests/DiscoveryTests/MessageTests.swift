import Multiformats
import NodeRecords
import Primitives
import RLP
import Secp256k1
import TestSupport
import Testing

@testable import Discovery

@Suite("Discovery messages")
struct MessageTests {
    static func record(_ number: UInt64) throws -> NodeRecord {
        let key = try Secp256k1PrivateKey(Keccak256.hash(number.bigEndianBytes))
        var entries = NodeRecordEntries()
        entries.setUDP(NodeEndpoint(address: try #require(IPAddress("10.0.0.\(number % 250 + 1)")), port: 9000))
        return try NodeRecord(entries, sequence: number + 1, signedBy: key)
    }

    static func examples() throws -> [DiscoveryMessage] {
        let id = RequestID(0x0102_0304_0506_0708)
        let v6 = NodeEndpoint(address: try #require(IPAddress("2001:db8::1")), port: 30303)
        return [
            .ping(id, recordSequence: 0), .pong(id, recordSequence: 7, seenAt: v6),
            .pong(id, recordSequence: 7, seenAt: NodeEndpoint(address: try #require(IPAddress("192.0.2.1")), port: 1)),
            .findNode(id, distances: [0, 255, 256]), .findNode(id, distances: []),
            .nodes(id, total: 2, records: [try record(1), try record(2)]), .nodes(id, total: 1, records: []),
            .talkRequest(id, protocol: Array("x".utf8), request: [1, 2]), .talkResponse(id, response: []),
        ]
    }

    // The lists by the Python package rlp 2.0.1.
    @Test("known bytes")
    func known() throws {
        let id = try #require(RequestID([0, 0, 0, 1]))
        #expect(DiscoveryMessage.ping(id, recordSequence: 2).encoded.bareHex == "01c6840000000102")
        let endpoint = NodeEndpoint(address: try #require(IPAddress("127.0.0.1")), port: 30303)
        #expect(DiscoveryMessage.pong(id, recordSequence: 1, seenAt: endpoint).encoded.bareHex == "02ce840000000101847f00000182765f")
        #expect(DiscoveryMessage.findNode(id, distances: [0, 255, 256]).encoded.bareHex == "03cc8400000001c68081ff820100")
        #expect(
            DiscoveryMessage.talkRequest(id, protocol: Array("discv5".utf8), request: [9]).encoded.bareHex
                == "05cd84000000018664697363763509")
    }

    @Test("every message reads back")
    func both() throws {
        for message in try Self.examples() { #expect(try DiscoveryMessage(message.encoded) == message) }
    }

    static let refusals: [(String, DiscoveryError)] = [
        ("", .malformed(.missingItem(offset: 0))), ("01", .malformed(.missingItem(offset: 0))), ("00c20102", .unknownKind(0)),
        ("07c20102", .unknownKind(7)), ("0180", .malformed(.expectedList(offset: 0))),
        // No id, no number, one item more.
        ("01c0", .malformed(.missingItem(offset: 1))), ("01c101", .malformed(.missingItem(offset: 2))),
        ("01c3010203", .malformed(.trailingBytes(offset: 3, count: 1))), ("01c3820001", .malformed(.missingItem(offset: 4))),
        ("01cb8901020304050607080901", .overLimit("8 bytes of a request's id")),
        // An address of three bytes, a port above 65535, a list that is cut off.
        ("02c701018301020301", .malformed(.wrongLength(offset: 3, expected: 4, actual: 3))),
        ("02cb0101840102030483010000", .malformed(.integerTooLarge(offset: 8, maximumBytes: 2))),
        ("03c201c1", .malformed(.truncated(offset: 2, needed: 1, available: 0))),
    ]

    @Test("what is refused, and why", arguments: refusals)
    func refused(hex: String, error: DiscoveryError) throws {
        let bytes = try [UInt8](hex: hex)
        #expect(throws: error) { try DiscoveryMessage(bytes) }
    }

    @Test("lists over their limits")
    func limits() throws {
        let id = RequestID(1)
        #expect(throws: DiscoveryError.overLimit("256 distances")) {
            try DiscoveryMessage(DiscoveryMessage.findNode(id, distances: [Int](repeating: 1, count: 257)).encoded)
        }
        // What is no distance is left out, not refused.
        #expect(try DiscoveryMessage(DiscoveryMessage.findNode(id, distances: [257, 1]).encoded) == .findNode(id, distances: [1]))
        let items = [[UInt8]](repeating: [0xc0], count: 17)
        let many =
            [4]
            + RLPEncoder.list { list in
                list.append(bytes: id.bytes)
                list.append(UInt64(1))
                list.appendList { inner in for item in items { inner.append(encoded: item) } }
            }
        #expect(throws: DiscoveryError.overLimit("16 records")) { try DiscoveryMessage(many) }
        // Records that are none are left out.
        let few =
            [4]
            + RLPEncoder.list { list in
                list.append(bytes: id.bytes)
                list.append(UInt64(1))
                list.appendList { inner in inner.append(encoded: [0xc0]) }
            }
        #expect(try DiscoveryMessage(few) == .nodes(id, total: 1, records: []))
        let one = try #require(RequestID([1]))
        #expect(try DiscoveryMessage([UInt8](hex: "04c40101c101")) == .nodes(one, total: 1, records: []))
    }

    @Test("no mutation of a message or a packet traps")
    func mutations() throws {
        var generator = SeededGenerator(seed: 5)
        let local = try Self.record(9).nodeID
        for message in try Self.examples() {
            for _ in 0..<200 {
                var bytes = message.encoded
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
                }
                bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
                if let read = try? DiscoveryMessage(bytes) { #expect(try DiscoveryMessage(read.encoded) == read) }
            }
        }
        for kind: DiscoveryPacket.Kind in [
            .message(source: local), .challenge(idNonce: FixedBytes<16>(), recordSequence: 1),
            .handshake(HandshakeProof(source: local, signature: .init(), ephemeralKey: .init(), record: try Self.record(1).encoded)),
        ] {
            let clear = DiscoveryPacket(kind, nonce: PacketNonce(), maskingIV: [UInt8](repeating: 0, count: 16))
            let good = try clear.datagram(for: local) + [UInt8](repeating: 0, count: 20)
            for _ in 0..<300 {
                var bytes = good
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
                _ = try? DiscoveryPacket(bytes, localID: local)
                _ = try? DiscoveryPacket(Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator))), localID: local)
            }
        }
    }

    @Test("sizes and headers that no packet has")
    func packets() throws {
        let local = try Self.record(9).nodeID
        func refusal(_ bytes: [UInt8]) -> DiscoveryError? {
            do throws(DiscoveryError) {
                _ = try DiscoveryPacket(bytes, localID: local)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal([UInt8](repeating: 0, count: 62)) == .wrongSize(62))
        #expect(refusal([UInt8](repeating: 0, count: 1281)) == .wrongSize(1281))
        #expect(refusal([UInt8](repeating: 0, count: 1280)) == .notDiscovery)
        let iv = [UInt8](repeating: 7, count: 16)
        let challenge = DiscoveryPacket(.challenge(idNonce: FixedBytes<16>(), recordSequence: 1), nonce: PacketNonce(), maskingIV: iv)
        #expect(refusal(try challenge.datagram(for: local)) == nil)
        // A challenge with a message, a message without its tag, authentication data that ends behind the packet.
        #expect(refusal(try challenge.datagram(for: local) + [0]) == .badAuthData)
        var long = challenge
        long.header[21] = 0xff
        #expect(refusal(try long.datagram(for: local)) == .badAuthData)
        var version = challenge
        version.header[7] = 2
        #expect(refusal(try version.datagram(for: local)) == .notDiscovery)
        var flag = challenge
        flag.header[8] = 3
        #expect(refusal(try flag.datagram(for: local)) == .unknownKind(3))
        let message = DiscoveryPacket(.message(source: local), nonce: PacketNonce(), maskingIV: iv)
        #expect(refusal(try message.datagram(for: local)) == .notAuthentic)
    }
}
