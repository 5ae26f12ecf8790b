import BLS
import Foundation
import Primitives
import TestSupport
import Testing

@testable import Keys

@Suite("Key derivation")
struct DerivationTests {
    @Test("EIP-2333 agrees with plain Python")
    func derivations() throws {
        let vectors = try Vectors().derivations
        #expect(vectors.count == 5)
        for vector in vectors {
            let key = try SecretKey.master(seed: [UInt8](hex: vector.seed)).descendant(DerivationPath(vector.path))
            #expect(key.withSecretBytes { $0.bareHex } == vector.secret, "\(vector.path)")
            #expect(key.publicKey.bytes.bytes.bareHex == vector.public, "\(vector.path)")
        }
    }

    /// Test case 2 of EIP-2333, in decimal there.
    @Test("EIP-2333's own test case")
    func published() throws {
        let master = try SecretKey.master(seed: [UInt8](hex: "0099FF991111002299DD7744EE3355BBDD8844115566CC55663355668888CC00"))
        let expected = try #require(UInt256(decimal: "27580842291869792442942448775674722299803720648445448686099262467207037398656"))
        #expect(master.withSecretBytes { $0.hex } == expected.bigEndianHash.hex)
        let child = try #require(UInt256(decimal: "29358610794459428860402234341874281240803786294062035874021252734817515685787"))
        #expect(master.child(.max).withSecretBytes { $0.hex } == child.bigEndianHash.hex)
    }

    @Test("short seeds are refused")
    func shortSeeds() {
        for count in [0, 16, 31] {
            #expect(throws: KeysError.seedTooShort(count)) { _ = try SecretKey.master(seed: [UInt8](repeating: 1, count: count)) }
        }
    }

    @Test("paths")
    func paths() throws {
        #expect(DerivationPath.signing(validator: 3).description == "m/12381/3600/3/0/0")
        #expect(DerivationPath.withdrawal(validator: 3).description == "m/12381/3600/3/0")
        #expect(try DerivationPath("m").indices == [])
        #expect(try DerivationPath("m/4294967295/0").indices == [.max, 0])
        for text in ["", "n/0", "m/", "m//0", "m/-1", "m/4294967296", "m/0'", "m/ 1", "m/01", "12381/3600", "m/٣"] {
            #expect(throws: KeysError.invalidPath(text)) { _ = try DerivationPath(text) }
        }
    }
}

/// Ethereum's public EIP-2333 vectors, when they lie beside the repository.
@Suite("Public EIP-2333 vectors", .needs(vectors: "eip2333/tree_kdf.json"))
struct PublicDerivationTests {
    static let file = Present.vectors("eip2333/tree_kdf.json")

    @Test func treeKDF() throws {
        // Decimal numbers of 256 bits: quoted before parsing, lest they become doubles.
        let text = try String(contentsOf: Self.file, encoding: .utf8)
            .replacing(/: (?<number>[0-9]+)/, with: { ": \"\($0.output.number)\"" })
        let root = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [[String: String]]])
        let cases = try #require(root["kdf_tests"])
        #expect(cases.count >= 4)
        for vector in cases {
            let master = try SecretKey.master(seed: [UInt8](hex: #require(vector["seed"])))
            let index = try #require(vector["child_index"].flatMap { UInt32($0) })
            #expect(master.withSecretBytes { $0.hex } == vector["master_SK"].flatMap { UInt256(decimal: $0) }?.bigEndianHash.hex)
            #expect(
                master.child(index).withSecretBytes { $0.hex } == vector["child_SK"].flatMap { UInt256(decimal: $0) }?.bigEndianHash.hex)
        }
        print("public EIP-2333 vectors: \(cases.count)")
    }
}
