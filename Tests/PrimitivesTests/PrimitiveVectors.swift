import Foundation
import Testing

/// The content of `Vectors/primitives.json`, written by `scripts/vectors/primitives.py`.
struct PrimitiveVectors: Decodable {
    struct Digests: Decodable {
        var length: Int
        var sha256: String
        var keccak256: String
    }

    struct Arithmetic: Decodable {
        var a, b, sum, difference, product, left, right, and, or, xor, not: String
        var quotient, remainder: String?
        var shift: Int
        var carries, borrows: Bool
        var decimal, quantity: String
    }

    var hashes: [Digests]
    var arithmetic: [Arithmetic]
    var checksums: [String]

    static func load() throws -> PrimitiveVectors {
        let file = try #require(Bundle.module.url(forResource: "primitives", withExtension: "json", subdirectory: "Vectors"))
        return try JSONDecoder().decode(PrimitiveVectors.self, from: Data(contentsOf: file))
    }
}
