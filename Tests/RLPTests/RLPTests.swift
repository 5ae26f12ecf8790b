import Primitives
import TestSupport
import Testing

@testable import RLP

@Suite("RLP")
struct RLPTests {
    // The Yellow Paper's and the Ethereum wiki's examples.
    static let known: [(RLPItem, String)] = [
        (.bytes(Array("dog".utf8)), "83646f67"),
        (.list([.bytes(Array("cat".utf8)), .bytes(Array("dog".utf8))]), "c88363617483646f67"),
        (.bytes([]), "80"),
        (.list([]), "c0"),
        (.bytes([0]), "00"),
        (.bytes([0x0f]), "0f"),
        (.bytes([0x80]), "8180"),
        (.bytes([4, 0]), "820400"),
        (.list([.list([]), .list([.list([])]), .list([.list([]), .list([.list([])])])]), "c7c0c1c0c3c0c1c0"),
        (.bytes([UInt8](repeating: 0x61, count: 55)), "b7" + String(repeating: "61", count: 55)),
        (.bytes([UInt8](repeating: 0x61, count: 56)), "b838" + String(repeating: "61", count: 56)),
        (.list(Array(repeating: .bytes([1]), count: 55)), "f7" + String(repeating: "01", count: 55)),
        (.list(Array(repeating: .bytes([1]), count: 56)), "f838" + String(repeating: "01", count: 56)),
        (.bytes([UInt8](repeating: 0x61, count: 1024)), "b90400" + String(repeating: "61", count: 1024)),
    ]

    @Test("known encodings, both ways", arguments: known.indices)
    func knownAnswers(index: Int) throws {
        let (item, hex) = Self.known[index]
        #expect(item.encoded.bareHex == hex)
        #expect(try RLPItem(encoded: [UInt8](hex: hex)) == item)
    }

    @Test(
        "integers have no leading zeros",
        arguments: [
            (UInt64(0), "80"), (1, "01"), (127, "7f"), (128, "8180"), (256, "820100"), (1024, "820400"), (.max, "88ffffffffffffffff"),
        ])
    func integers(value: UInt64, hex: String) throws {
        var encoder = RLPEncoder()
        encoder.append(value)
        #expect(encoder.bytes.bareHex == hex)
        var wide = RLPEncoder()
        wide.append(UInt256(value))
        #expect(wide.bytes.bareHex == hex)
        var decoder = try RLPDecoder([UInt8](hex: hex))
        #expect(try decoder.uint64() == value)
        var again = try RLPDecoder([UInt8](hex: hex))
        #expect(try again.uint256() == UInt256(value))
    }

    @Test("random trees survive the round trip")
    func randomTrees() throws {
        var generator = SeededGenerator(seed: 7)
        func tree(_ depth: Int) -> RLPItem {
            if depth == 0 || Bool.random(using: &generator) {
                let count = [0, 1, 2, 54, 55, 56, 57, 255, 256, 300].randomElement(using: &generator) ?? 0
                return .bytes((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
            }
            return .list((0..<Int.random(in: 0...6, using: &generator)).map { _ in tree(depth - 1) })
        }
        for _ in 0..<300 {
            let item = tree(5)
            #expect(try RLPItem(encoded: item.encoded) == item)
        }
    }

    @Test("whatever decodes encodes to the same bytes; the rest is an error and never a crash")
    func randomBytes() {
        var generator = SeededGenerator(seed: 11)
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...12, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            if bytes.count > 1, Bool.random(using: &generator) { bytes[0] = 0xc0 + UInt8(bytes.count - 1) }
            guard let item = try? RLPItem(encoded: bytes) else { continue }
            accepted += 1
            #expect(item.encoded == bytes)
        }
        #expect(accepted > 1000)
    }
}

@Suite("RLP refusals")
struct RLPRefusalTests {
    static let malformed: [(String, RLPError)] = [
        ("", .missingItem(offset: 0)),
        ("8100", .nonCanonicalByte(offset: 0)),
        ("817f", .nonCanonicalByte(offset: 0)),
        ("83646f", .truncated(offset: 0, needed: 3, available: 2)),
        ("b800", .nonCanonicalLength(offset: 0)),
        ("b80161", .nonCanonicalLength(offset: 0)),
        ("b90001", .nonCanonicalLength(offset: 0)),
        ("b9", .truncated(offset: 0, needed: 2, available: 0)),
        ("f800", .nonCanonicalLength(offset: 0)),
        ("c3010203ff", .trailingBytes(offset: 4, count: 1)),
        ("c2", .truncated(offset: 0, needed: 2, available: 0)),
        ("c28161", .nonCanonicalByte(offset: 1)),
        ("bfffffffffffffffff", .truncated(offset: 0, needed: .max, available: 0)),
        ("ff0fffffffffffffff", .truncated(offset: 0, needed: 0x0fff_ffff_ffff_ffff, available: 0)),
    ]

    @Test("malformed input names its fault", arguments: malformed.indices)
    func faults(index: Int) throws {
        let (hex, fault) = Self.malformed[index]
        let error = #expect(throws: RLPError.self) { _ = try RLPItem(encoded: [UInt8](hex: hex)) }
        #expect(error == fault)
    }

    @Test("typed values refuse other shapes")
    func shapes() throws {
        func decoder(_ hex: String) throws -> RLPDecoder { try RLPDecoder([UInt8](hex: hex)) }
        var zero = try decoder("00")
        #expect(throws: RLPError.leadingZero(offset: 0)) { _ = try zero.uint64() }
        var padded = try decoder("820001")
        #expect(throws: RLPError.leadingZero(offset: 0)) { _ = try padded.uint256() }
        var nine = try decoder("89010000000000000000")
        #expect(throws: RLPError.integerTooLarge(offset: 0, maximumBytes: 8)) { _ = try nine.uint64() }
        var short = try decoder("820102")
        #expect(throws: RLPError.wrongLength(offset: 0, expected: 32, actual: 2)) { _ = try short.hash32() }
        var list = try decoder("c0")
        #expect(throws: RLPError.expectedBytes(offset: 0)) { _ = try list.bytes() }
        var bytes = try decoder("80")
        #expect(throws: RLPError.expectedList(offset: 0)) { _ = try bytes.list() }
    }

    @Test("depth and size have limits")
    func limits() throws {
        func nested(_ levels: Int) -> [UInt8] {
            var item = RLPItem.list([])
            for _ in 1..<levels { item = .list([item]) }
            return item.encoded
        }
        _ = try RLPItem(encoded: nested(64))
        #expect(throws: RLPError.tooDeep(limit: 64)) { _ = try RLPItem(encoded: nested(65)) }
        #expect(throws: RLPError.tooDeep(limit: 64)) { _ = try RLPItem(encoded: nested(100_000 / 20)) }
        let limits = RLPLimits(maximumSize: 4, maximumDepth: 2)
        #expect(throws: RLPError.tooLarge(limit: 4, actual: 5)) { _ = try RLPItem(encoded: [0x84, 1, 2, 3, 4], limits: limits) }
    }
}
