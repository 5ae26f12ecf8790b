import Foundation
import JSON
import Testing

/// Foundation's encoder is the oracle: same values, same text.
@Suite("Codable values as JSON")
struct EncodingTests {
    private struct Inner: Encodable {
        var name: String
        var share: Double?
        var scores: [Float]
    }

    private enum Phase: String, Encodable { case idle, training }

    private struct Outer: Encodable {
        var z = 1
        var a = UInt64.max
        var low = Int64.min
        var byte: UInt8 = 200
        var truth = true
        var text = "Größe 模型 🙂 a/b \"quoted\" \\ \n\t\u{1}"
        var phase = Phase.training
        var absent: Int?
        var numbers: [Double] = [0, -0.5, 1, 0.1, 1e16, 1.5e-7, 123456789.25, 1e300, .pi]
        var inner = [Inner(name: "x", share: nil, scores: [0.1, 3]), Inner(name: "", share: 2, scores: [])]
        var table = ["b": [1, 2], "a": [], "é": [3]]
        var holes: [Int?] = [1, nil, 3]
        var nothing: [String: Int] = [:]
        var nested = [[1, 2], [], [3]]
    }

    private func oracle(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test("Structs, lists, tables, enumerations and numbers") func values() throws {
        #expect(try JSONValue(encoding: Outer()).description == oracle(Outer()))
        #expect(try JSONValue(encoding: [Phase.idle]).description == oracle([Phase.idle]))
        #expect(try JSONValue(encoding: 7).description == "7" && JSONValue(encoding: [Outer]()).description == "[]")
    }

    @Test("Numbers that JSON does not know are strings") func infinities() throws {
        let values: [Double] = [.infinity, -.infinity, .nan]
        #expect(try JSONValue(encoding: values).description == oracle(values))
        #expect(try JSONValue(encoding: Float.nan) == "NaN")
    }

    private final class Base: Encodable {
        let first = 1
    }

    private struct ByHand: Encodable {
        enum Key: String, CodingKey { case list, table, rest }
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            var list = container.nestedUnkeyedContainer(forKey: .list)
            try list.encode("x")
            try list.encodeNil()
            var inner = list.nestedContainer(keyedBy: Key.self)
            try inner.encode(list.count, forKey: .rest)
            var table = container.nestedContainer(keyedBy: Key.self, forKey: .table)
            try table.encodeNil(forKey: .list)
            try Base().encode(to: container.superEncoder())
            try Base().encode(to: container.superEncoder(forKey: .rest))
        }
    }

    @Test("Nested containers and super encoders") func byHand() throws {
        #expect(try JSONValue(encoding: ByHand()).description == oracle(ByHand()))
    }

    private struct Failing: Encodable {
        struct Reason: Error {}
        func encode(to encoder: any Encoder) throws { throw Reason() }
    }

    @Test("What a value throws comes through") func errors() {
        #expect(throws: Failing.Reason.self) { try JSONValue(encoding: ["a": Failing()]) }
    }
}
