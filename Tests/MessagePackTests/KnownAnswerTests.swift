import Foundation
import JSON
import MessagePack
import Primitives
import Testing

/// Values as msgpack-python writes them, by `scripts/vectors/hivemind_vectors.py`.
@Suite("MessagePack known answers")
struct KnownAnswerTests {
    static func lines() throws -> [JSONValue] {
        let url = try #require(Bundle.module.url(forResource: "msgpack-python", withExtension: "jsonl", subdirectory: "Vectors"))
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
    }

    /// The value that a line describes.
    static func value(_ json: JSONValue) throws -> MessagePackValue {
        let member = try #require(json.object?.first)
        switch member.name {
        case "null": return .null
        case "bool": return .bool(member.value == .bool(true))
        case "int":
            let digits = try #require(member.value.string)
            if let number = Int64(digits) { return .integer(number) }
            return .unsigned(try #require(UInt64(digits)))
        case "float":
            let digits = try #require(member.value.string)
            return .float(Double(bitPattern: try #require(UInt64(digits, radix: 16))))
        case "text": return .text(try #require(member.value.string))
        case "bin": return .binary(try [UInt8](hex: member.value.string ?? "?"))
        case "ext":
            let (type, data) = (try #require(member.value.int), try #require(json["data"]?.string))
            return .extended(type: Int8(type), data: try [UInt8](hex: data))
        case "array": return .array(try #require(member.value.array).map(value))
        default:
            let pairs = try #require(member.value.array)
            return .map(
                try pairs.map { pair in
                    let pair = try #require(pair.array)
                    return .init(try value(pair[0]), try value(pair[1]))
                })
        }
    }

    @Test("what Python wrote is read and written again byte for byte")
    func pythonAgrees() throws {
        let lines = try Self.lines()
        #expect(lines.count > 120)
        for line in lines {
            let bytes: [UInt8]
            let expected: MessagePackValue
            if let run = line["run"]?.string {
                let count = try #require(line["count"]?.int)
                let filling = UInt8(run == "text" ? 0x78 : 0)
                let head = try #require(line["head"]?.string)
                bytes = try [UInt8](hex: head) + [UInt8](repeating: filling, count: count)
                expected =
                    run == "text" ? .text(String(repeating: "x", count: count)) : .binary([UInt8](repeating: 0, count: count))
            } else {
                let (hex, value) = (try #require(line["hex"]?.string), try #require(line["value"]))
                bytes = try [UInt8](hex: hex)
                expected = try Self.value(value)
            }
            let read = try MessagePackValue(bytes: bytes)
            #expect(read == expected, "\(bytes.prefix(40).map { $0 })")
            #expect(expected.bytes == bytes, "\(line)")
            // No beginning of it is a value.
            for length in [0, bytes.count / 2, bytes.count - 1] {
                #expect(throws: MessagePackError.self) { try MessagePackValue(bytes: Array(bytes.prefix(length))) }
            }
        }
    }
}
