import BLS
import Foundation
import Primitives
import TestSupport
import Testing

/// Ethereum's public BLS vectors, when they lie beside the repository.
@Suite("Public BLS vectors", .needs(vectors: "consensus/bls"))
struct PublicVectorTests {
    static let folder = Present.vectors("consensus/bls")

    @Test("aggregate, sign, verify, deserialization_G1, deserialization_G2")
    func all() throws {
        var passed = 0
        for kind in try FileManager.default.contentsOfDirectory(at: Self.folder, includingPropertiesForKeys: nil) {
            for file in try FileManager.default.contentsOfDirectory(at: kind, includingPropertiesForKeys: nil) {
                let json = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
                let vector = try #require(json)
                try check(kind.lastPathComponent, input: vector["input"], output: vector["output"], name: file.lastPathComponent)
                passed += 1
            }
        }
        #expect(passed > 70)
        print("public BLS vectors: \(passed)")
    }

    func check(_ kind: String, input: Any?, output: Any?, name: String) throws {
        let fields = input as? [String: String] ?? [:]
        switch kind {
        case "aggregate":
            let signatures = try #require(input as? [String]).map { try Bytes96(hex: $0) }
            #expect((try? BLS.aggregate(signatures))?.hex == output as? String, "\(name)")
        case "sign":
            let key = try? SecretKey(bytes: [UInt8](hex: #require(fields["privkey"])))
            #expect(key?.sign(try Hash32(hex: #require(fields["message"]))).hex == output as? String, "\(name)")
        case "verify":
            let result = BLS.verify(
                publicKey: try Bytes48(hex: #require(fields["pubkey"])), message: try Hash32(hex: #require(fields["message"])),
                signature: try Bytes96(hex: #require(fields["signature"])))
            #expect(result == output as? Bool, "\(name)")
        case "deserialization_G1":
            // Deserialisation accepts infinity; a public key does not.
            let bytes = try? Bytes48(hex: #require(fields["pubkey"]))
            let isInfinity = bytes?[0] == 0xc0 && bytes?.bytes.dropFirst().allSatisfy { $0 == 0 } == true
            let expected = isInfinity ? false : output as? Bool
            #expect(bytes.map { BLS.keyValidate($0) } ?? false == expected, "\(name)")
        case "deserialization_G2":
            let bytes = try? Bytes96(hex: #require(fields["signature"]))
            #expect((bytes.flatMap { try? Signature($0) } != nil) == output as? Bool, "\(name)")
        default: Issue.record("unknown kind of vector \(kind)")
        }
    }
}
