import BLS
import Foundation
import JSON
import Primitives
import Testing

@testable import SpecTests

/// The runner of BLS vectors: a wrong encoding is an answer, and every function has its cases.
@Suite struct BLSVectorTests {
    private let secrets: [SecretKey]
    private let message = SHA256.hash([1])

    init() throws {
        secrets = try (1...3).map { try SecretKey(bytes: [UInt8](repeating: 0, count: 31) + [UInt8($0)]) }
    }

    private func holds(_ handler: String, _ input: JSONValue, _ output: JSONValue) -> Bool {
        (try? BLSVectors.check(handler, ["input": input, "output": output])) != nil
    }

    @Test func aWrongEncodingIsAnAnswer() {
        let key = JSONValue.string(secrets[0].publicKey.bytes.hex)
        let right = JSONValue.string(secrets[0].sign(message).hex)
        let text = JSONValue.string(message.hex)
        #expect(holds("verify", ["pubkey": key, "message": text, "signature": right], .bool(true)))
        for wrong in ["0x0102030405060708", "0x", "0x123", "no hexadecimal", right.string.map { $0 + "00" } ?? ""] {
            let signature = JSONValue.string(wrong)
            #expect(holds("verify", ["pubkey": key, "message": text, "signature": signature], .bool(false)), "\(wrong)")
            #expect(!holds("verify", ["pubkey": key, "message": text, "signature": signature], .bool(true)), "\(wrong)")
            #expect(holds("fast_aggregate_verify", ["pubkeys": [key], "message": text, "signature": signature], .bool(false)))
            #expect(holds("aggregate_verify", ["pubkeys": [key], "messages": [text], "signature": signature], .bool(false)))
            #expect(holds("aggregate", [right, signature], .null))
            #expect(holds("deserialization_G2", ["signature": signature], .bool(false)))
        }
        #expect(holds("verify", ["pubkey": "0x00", "message": text, "signature": right], .bool(false)))
        #expect(holds("sign", ["privkey": "0x01", "message": text], .null))
    }

    @Test func batches() {
        let keys = JSONValue.array(secrets.map { .string($0.publicKey.bytes.hex) })
        let messages = secrets.indices.map { SHA256.hash([UInt8($0)]) }
        let signatures = zip(secrets, messages).map { $0.sign($1).hex }
        func input(_ signatures: [String]) -> JSONValue {
            [
                "pubkeys": keys, "messages": .array(messages.map { .string($0.hex) }),
                "signatures": .array(signatures.map { .string($0) }),
            ]
        }
        #expect(holds("batch_verify", input(signatures), .bool(true)))
        #expect(holds("batch_verify", input(signatures.reversed()), .bool(false)))
        #expect(holds("batch_verify", input(Array(signatures.dropLast())), .bool(false)))
    }

    /// RFC 9380, appendix J.10.1.
    @Test func hashToG2() {
        let x =
            "0x02c2d18e033b960562aae3cab37a27ce00d80ccd5ba4b7fe0e7a210245129dbec7780ccc7954725f4168aff2787776e6,"
            + "0x139cddbccdc5e91b9623efd38c49f81a6f83f175e80b06fc374de9eb4b41dfe4ca3a230ed250fbe3a2acf73a41177fd8"
        let y =
            "0x1787327b68159716a37440985269cf584bcb1e621d3a7202be6ea05c4cfe244aeb197642555a0645fb87bf7466b2ba48,"
            + "0x00aa65dae3c8d732d10ecd2c50f8a1baf3001578f71c694e03866e9f3d49ac1e1ce70dd94a733534f106d4cec0eddd16"
        #expect(holds("hash_to_G2", ["msg": "abc"], ["x": .string(x), "y": .string(y)]))
        #expect(!holds("hash_to_G2", ["msg": "abd"], ["x": .string(x), "y": .string(y)]))
    }
}
