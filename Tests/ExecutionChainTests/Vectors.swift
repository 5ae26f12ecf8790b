import EngineTypes
import Foundation
import JSON
import Primitives
import RLP
import Testing

@testable import ExecutionChain

/// Vectors made by the executable specification of the execution layer (`scripts/vectors/execution.py`).
enum Vectors {
    static func list(_ name: String) throws -> [JSONValue] {
        let url = try #require(Bundle.module.url(forResource: "blocks", withExtension: "json", subdirectory: "Vectors"))
        return try #require(JSONValue(parsing: Data(contentsOf: url))[name]?.array)
    }

    static func bytes(_ value: JSONValue?) throws -> [UInt8] { try [UInt8](hex: #require(value?.string)) }

    static func number(_ value: JSONValue?) throws -> UInt256 {
        let digits = try #require(value?.string).dropFirst(2)
        return try #require(UInt256(bigEndianBytes: [UInt8](hex: digits.count % 2 == 0 ? String(digits) : "0" + digits)))
    }

    static func withdrawal(_ value: JSONValue) throws -> Withdrawal {
        var fields = try RLPDecoder.list(bytes(value))
        return try Withdrawal(&fields)
    }
}
