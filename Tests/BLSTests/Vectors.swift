import Foundation
import Primitives
import Testing

/// What `scripts/vectors/bls.py` wrote with py_ecc.
struct Vectors: Decodable {
    struct Sign: Decodable { var secret, `public`, message, signature: String }
    struct Sum: Decodable { var keys: [String]; var aggregate: String }
    struct Aggregate: Decodable { var signatures: [String]; var aggregate: String }
    struct FastAggregateVerify: Decodable { var name: String; var keys: [String]; var message, signature: String; var valid: Bool }
    struct AggregateVerify: Decodable { var keys, messages: [String]; var signature: String; var valid: Bool }
    struct BadPoint: Decodable { var name, bytes: String }

    var sign: [Sign]
    var sums: [Sum]
    var aggregates: [Aggregate]
    var fastAggregateVerify: [FastAggregateVerify]
    var aggregateVerify: [AggregateVerify]
    var badKeys, badSignatures: [BadPoint]

    static func load() throws -> Vectors {
        let url = try #require(Bundle.module.url(forResource: "bls", withExtension: "json", subdirectory: "Vectors"))
        return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
    }
}

extension Bytes48 {
    static func parsing(_ texts: [String]) throws -> [Bytes48] { try texts.map { try Bytes48(hex: $0) } }
}
