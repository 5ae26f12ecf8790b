import BLS
import Foundation
import JSON
import Primitives

/// The BLS vectors, each an object `{input, output}`: one JSON file in the folder that names the function, or a case in the
/// official layout with its `data.yaml`.
enum BLSVectors {
    static func run(_ testCase: SpecTestCase) throws { try check(testCase.handler, try testCase.yaml("data")) }

    static func run(_ file: URL, _ report: inout SpecTestReport) {
        let handler = file.deletingLastPathComponent().lastPathComponent
        report.record("bls/\(handler)", path: "bls/\(handler)/\(file.lastPathComponent)") {
            guard let data = try? Data(contentsOf: file) else { throw SpecTestFailure("cannot be read") }
            try check(handler, try JSONValue(parsing: [UInt8](data)))
        }
    }

    private static func check(_ handler: String, _ vector: JSONValue) throws {
        guard let input = vector["input"] else { throw SpecTestFailure.skipped("no BLS vector") }
        let output = vector["output"] ?? .null
        switch handler {
        case "verify":
            try expect(
                output, BLS.verify(publicKey: key(input["pubkey"]), message: message(input), signature: signature(input["signature"])))
        case "fast_aggregate_verify":
            let keys = try (input["pubkeys"]?.array ?? []).map { try key($0) }
            try expect(output, BLS.fastAggregateVerify(publicKeys: keys, message: message(input), signature: signature(input["signature"])))
        case "eth_fast_aggregate_verify":
            let keys = try (input["pubkeys"]?.array ?? []).map { try key($0) }
            try expect(
                output, BLS.ethFastAggregateVerify(publicKeys: keys, message: message(input), signature: signature(input["signature"])))
        case "aggregate_verify":
            let keys = try (input["pubkeys"]?.array ?? []).map { try key($0) }
            let messages = try (input["messages"]?.array ?? []).map { try Hash32(hex: $0.string ?? "") }
            try expect(output, BLS.aggregateVerify(publicKeys: keys, messages: messages, signature: signature(input["signature"])))
        case "eth_aggregate_pubkeys":
            let keys = try (input.array ?? []).map { try key($0) }
            let result = (try? BLS.ethAggregatePublicKeys(keys)).map { JSONValue.string($0.hex) } ?? .null
            if result != output { throw SpecTestFailure("aggregates to \(result)") }
        case "aggregate":
            let signatures = try (input.array ?? []).map { try signature($0) }
            let result = (try? BLS.aggregate(signatures)).map { JSONValue.string($0.hex) } ?? .null
            if result != output { throw SpecTestFailure("aggregates to \(result)") }
        case "sign":
            guard let secret = try? SecretKey(bytes: [UInt8](hex: input["privkey"]?.string ?? "")) else {
                if output != .null { throw SpecTestFailure("refused the secret key") }
                return
            }
            let result = JSONValue.string(secret.sign(try message(input)).hex)
            if result != output { throw SpecTestFailure("signs \(result)") }
        case "deserialization_G1":
            // The vectors decode points only; a key must besides not be the point at infinity.
            let infinity = [0xc0] + [UInt8](repeating: 0, count: 47)
            let bytes = try [UInt8](hex: input["pubkey"]?.string ?? "")
            try expect(output, bytes == infinity || Bytes48(bytes).map { BLS.keyValidate($0) } ?? false)
        case "deserialization_G2":
            let bytes = try Bytes96([UInt8](hex: input["signature"]?.string ?? ""))
            try expect(output, bytes.map { (try? Signature($0)) != nil } ?? false)
        default: throw SpecTestFailure.skipped("BLS \(handler)")
        }
    }

    private static func expect(_ output: JSONValue, _ actual: Bool) throws {
        if output != .bool(actual) { throw SpecTestFailure("answers \(actual)") }
    }

    private static func key(_ value: JSONValue?) throws -> Bytes48 { try Bytes48(hex: value?.string ?? "") }
    private static func signature(_ value: JSONValue?) throws -> Bytes96 { try Bytes96(hex: value?.string ?? "") }
    private static func message(_ input: JSONValue) throws -> Hash32 { try Hash32(hex: input["message"]?.string ?? "") }
}
