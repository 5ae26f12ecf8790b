import BLS
import Foundation
import JSON
import Primitives

/// The BLS vectors, each an object `{input, output}`: one JSON file in the folder that names the function, or a case in the
/// official layout with its `data.yaml`.
///
/// A wrong encoding is an answer, not an error of the vector: no key, signature or message of another length verifies
/// (`false`), aggregates or signs (`null`).
enum BLSVectors {
    static func run(_ testCase: SpecTestCase) throws { try check(testCase.handler, try testCase.yaml("data")) }

    static func run(_ file: URL, _ report: inout SpecTestReport) {
        let handler = file.deletingLastPathComponent().lastPathComponent
        report.record("bls/\(handler)", path: "bls/\(handler)/\(file.lastPathComponent)") {
            guard let data = try? Data(contentsOf: file) else { throw SpecTestFailure("cannot be read") }
            try check(handler, try JSONValue(parsing: [UInt8](data)))
        }
    }

    static func check(_ handler: String, _ vector: JSONValue) throws {
        guard let input = vector["input"] else { throw SpecTestFailure.skipped("no BLS vector") }
        guard let output = vector["output"] else { throw SpecTestFailure("has no output") }
        let answer = try answer(handler, input)
        if answer != output { throw SpecTestFailure("answers \(answer), expected \(output)") }
    }

    private static func answer(_ handler: String, _ input: JSONValue) throws -> JSONValue {
        switch handler {
        case "verify", "fast_aggregate_verify", "eth_fast_aggregate_verify", "aggregate_verify", "batch_verify",
            "deserialization_G1", "deserialization_G2":
            .bool(verdict(handler, input) ?? false)
        case "eth_aggregate_pubkeys":
            all(input, key).flatMap { try? BLS.ethAggregatePublicKeys($0) }.map { .string($0.hex) } ?? .null
        case "aggregate":
            all(input, signature).flatMap { try? BLS.aggregate($0) }.map { .string($0.hex) } ?? .null
        case "sign": signed(input).map { .string($0.hex) } ?? .null
        case "hash_to_G2": try hashedToG2(input)
        default: throw SpecTestFailure.skipped("BLS \(handler)")
        }
    }

    /// The answer of a function of the BLS draft; `nil` where the input is not even encoded rightly.
    private static func verdict(_ handler: String, _ input: JSONValue) -> Bool? {
        switch handler {
        case "deserialization_G1":
            // The vectors decode points only; a key must besides not be the point at infinity.
            let infinity = Bytes48([0xc0] + [UInt8](repeating: 0, count: 47))
            return key(input["pubkey"]).map { $0 == infinity || BLS.keyValidate($0) }
        case "deserialization_G2":
            return signature(input["signature"]).map { (try? Signature($0)) != nil }
        case "batch_verify": return batchVerdict(input)
        default: break
        }
        guard let signature = signature(input["signature"]) else { return nil }
        if handler == "verify" {
            guard let key = key(input["pubkey"]), let message = message(input["message"]) else { return nil }
            return BLS.verify(publicKey: key, message: message, signature: signature)
        }
        guard let keys = all(input["pubkeys"], key) else { return nil }
        if handler == "aggregate_verify" {
            guard let messages = all(input["messages"], message) else { return nil }
            return BLS.aggregateVerify(publicKeys: keys, messages: messages, signature: signature)
        }
        guard let message = message(input["message"]) else { return nil }
        return handler == "fast_aggregate_verify"
            ? BLS.fastAggregateVerify(publicKeys: keys, message: message, signature: signature)
            : BLS.ethFastAggregateVerify(publicKeys: keys, message: message, signature: signature)
    }

    /// Every signature of its own message under its own key, judged as one batch.
    private static func batchVerdict(_ input: JSONValue) -> Bool? {
        guard let keys = all(input["pubkeys"], key), let messages = all(input["messages"], message),
            let signatures = all(input["signatures"], signature), keys.count == messages.count, keys.count == signatures.count
        else { return nil }
        var sets: [SignatureSet] = []
        for (key, (message, signature)) in zip(keys, zip(messages, signatures)) {
            guard let set = try? SignatureSet(publicKeys: [key], message: message, signature: signature) else { return nil }
            sets.append(set)
        }
        return BLS.verify(sets)
    }

    private static func signed(_ input: JSONValue) -> Bytes96? {
        guard let key = input["privkey"]?.string, let bytes = try? [UInt8](hex: key), let secret = try? SecretKey(bytes: bytes),
            let message = message(input["message"])
        else { return nil }
        return secret.sign(message)
    }

    /// `hash_to_curve` of RFC 9380 under the tag of its own test vectors, as coordinates `c0,c1`.
    private static func hashedToG2(_ input: JSONValue) throws -> JSONValue {
        guard let message = input["msg"]?.string else { throw SpecTestFailure("has no msg") }
        let point = BLS.hashToG2(Array(message.utf8), tag: Array("QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_".utf8))
        return ["x": .string("\(point.x.c0.hex),\(point.x.c1.hex)"), "y": .string("\(point.y.c0.hex),\(point.y.c1.hex)")]
    }

    // Bytes of a key, a signature or a message; `nil` where they have another length or are no hexadecimal digits.

    private static func key(_ value: JSONValue?) -> Bytes48? { value?.string.flatMap { try? Bytes48(hex: $0) } }
    private static func signature(_ value: JSONValue?) -> Bytes96? { value?.string.flatMap { try? Bytes96(hex: $0) } }
    private static func message(_ value: JSONValue?) -> Hash32? { value?.string.flatMap { try? Hash32(hex: $0) } }

    /// All of a list, or `nil` where one of them is `nil`.
    private static func all<Value>(_ list: JSONValue?, _ read: (JSONValue?) -> Value?) -> [Value]? {
        guard let list = list?.array else { return nil }
        let values = list.compactMap(read)
        return values.count == list.count ? values : nil
    }
}
