import Foundation
import Primitives
import ProofOfWork
import TestSupport
import Testing

/// Ethereum's public proof-of-work vectors, when they lie beside the repository.
@Suite("Public Ethash vectors", .needs(vectors: "execution/PoWTests/ethash_tests.json"))
struct PublicVectorTests {
    static let file = Present.vectors("execution/PoWTests/ethash_tests.json")

    struct Vector: Decodable { var nonce, mixHash, seed, result, header_hash: String }

    @Test func all() throws {
        let vectors = try JSONDecoder().decode([String: Vector].self, from: Data(contentsOf: Self.file))
        #expect(vectors.count >= 2)
        for (name, vector) in vectors {
            let nonce = try #require(UInt64(vector.nonce, radix: 16))
            let found = try ethashLight(headerHash: Hash32(hex: vector.header_hash), nonce: nonce, blockNumber: 0)
            #expect(found.mixHash.bytes.bareHex == vector.mixHash, "\(name)")
            #expect(found.result.bytes.bareHex == vector.result, "\(name)")
        }
        print("public Ethash vectors: \(vectors.count)")
    }
}
