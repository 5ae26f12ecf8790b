import Primitives
import RLP
import Secp256k1
import TestSupport
import Testing

@testable import NodeRecords

@Suite("Node records that are refused")
struct BadNodeRecordTests {
    /// A record with these items behind its signature, signed all the same.
    static func signed(_ items: [RLPItem], by key: Secp256k1PrivateKey) -> [UInt8] {
        let signature = key.sign(Keccak256.hash(RLPItem.list(items).encoded))
        return RLPItem.list([.bytes(signature.compact)] + items).encoded
    }

    static func text(_ word: String) -> RLPItem { .bytes(Array(word.utf8)) }

    let key: Secp256k1PrivateKey
    let point: RLPItem

    init() throws {
        key = try Secp256k1PrivateKey(Hash32(hex: NodeRecordTests.exampleKey))
        point = .bytes(key.publicKey.compressed)
    }

    private func record(_ items: [RLPItem]) throws(NodeRecordError) -> NodeRecord {
        try NodeRecord(encoded: Self.signed(items, by: key))
    }

    @Test("a good one of this making is read")
    func good() throws {
        let good = try record([.bytes([1]), Self.text("id"), Self.text("v4"), Self.text("secp256k1"), point])
        #expect(good.nodeID == key.publicKey.nodeID)
    }

    @Test("keys out of order, twice, or without a value")
    func keys() {
        #expect(throws: NodeRecordError.unsortedKeys) {
            try record([.bytes([1]), Self.text("secp256k1"), point, Self.text("id"), Self.text("v4")])
        }
        #expect(throws: NodeRecordError.unsortedKeys) {
            try record([.bytes([1]), Self.text("id"), Self.text("v4"), Self.text("id"), Self.text("v4"), Self.text("secp256k1"), point])
        }
        #expect(throws: NodeRecordError.self) {
            try record([.bytes([1]), Self.text("id"), Self.text("v4"), Self.text("secp256k1"), point, Self.text("tcp")])
        }
        #expect(throws: NodeRecordError.self) { try record([.bytes([1]), .list([]), Self.text("v4")]) }
    }

    @Test("another scheme, no key, no point")
    func identity() {
        #expect(throws: NodeRecordError.unknownScheme) {
            try record([.bytes([1]), Self.text("id"), Self.text("v5"), Self.text("secp256k1"), point])
        }
        #expect(throws: NodeRecordError.unknownScheme) { try record([.bytes([1]), Self.text("secp256k1"), point]) }
        #expect(throws: NodeRecordError.badPublicKey) { try record([.bytes([1]), Self.text("id"), Self.text("v4")]) }
        for bytes in [[UInt8](repeating: 0xff, count: 33), [4] + key.publicKey.coordinates.bytes] {
            #expect(throws: NodeRecordError.badPublicKey) {
                try record([.bytes([1]), Self.text("id"), Self.text("v4"), Self.text("secp256k1"), .bytes(bytes)])
            }
        }
    }

    @Test("sequence numbers that are none")
    func sequences() {
        for bytes: [UInt8] in [[0, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9]] {
            #expect(throws: NodeRecordError.self) {
                try record([.bytes(bytes), Self.text("id"), Self.text("v4"), Self.text("secp256k1"), point])
            }
        }
    }

    @Test("a high s, a short signature, another's key")
    func signatures() throws {
        let good = try NodeRecord(text: NodeRecordTests.example)
        guard case .list(var items) = try RLPItem(encoded: good.encoded), case .bytes(let signature) = items[0] else {
            Issue.record("a record is a list")
            return
        }
        let s = try #require(UInt256(bigEndianBytes: signature[32...]))
        items[0] = .bytes(signature[..<32] + (Secp256k1Signature.order &- s).bigEndianHash.bytes)
        #expect(throws: NodeRecordError.badSignature) { try NodeRecord(encoded: RLPItem.list(items).encoded) }
        items[0] = .bytes(Array(signature.dropLast()))
        #expect(throws: NodeRecordError.badSignature) { try NodeRecord(encoded: RLPItem.list(items).encoded) }
        items[0] = .bytes([UInt8](repeating: 0, count: 64))
        #expect(throws: NodeRecordError.badSignature) { try NodeRecord(encoded: RLPItem.list(items).encoded) }
        let content = Keccak256.hash(RLPItem.list(Array(items.dropFirst())).encoded)
        items[0] = .bytes(key.sign(content).compact)
        #expect(try NodeRecord(encoded: RLPItem.list(items).encoded) == good)
        let another = try Secp256k1PrivateKey(Keccak256.hash([2]))
        items[0] = .bytes(another.sign(content).compact)
        #expect(throws: NodeRecordError.badSignature) { try NodeRecord(encoded: RLPItem.list(items).encoded) }
    }

    @Test("texts that are none", arguments: ["", "enr:", "ENR:-IS4Q", "-IS4Q", "enr:-IS4Q=", "enr:a", "enr://x", "enr:+IS4"])
    func texts(text: String) {
        #expect(throws: NodeRecordError.self) { try NodeRecord(text: text) }
    }

    @Test("every changed bit is noticed, and no mutation traps")
    func mutations() throws {
        let good = try NodeRecord(text: NodeRecordTests.others[1].1)
        for bit in 0..<(good.encoded.count * 8) {
            var bytes = good.encoded
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: NodeRecordError.self) { try NodeRecord(encoded: bytes) }
        }
        var generator = SeededGenerator(seed: 778)
        for _ in 0..<2_000 {
            var bytes = good.encoded
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &generator)))
            case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: Int.random(in: 0...bytes.count, using: &generator))
            case 2: bytes = generator.bytes(Int.random(in: 0..<320, using: &generator))
            default:
                for _ in 0..<4 { bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
            }
            guard let record = try? NodeRecord(encoded: bytes) else { continue }
            // Four bytes may have been overwritten with what they were.
            #expect(record == good)
        }
    }
}
