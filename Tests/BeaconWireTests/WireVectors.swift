import Foundation
import Primitives
import Testing

/// What `scripts/vectors/beacon_wire.py` put together from the specification.
struct WireVectors: Decodable {
    struct Digest: Decodable { var version, validators_root, digest: String }
    struct MessageID: Decodable { var topic, data, id: String }
    struct Packed: Decodable {
        var plain: Plain
        var snappy: String
    }
    struct Payload: Decodable {
        var ssz: Plain
        var bytes: String
    }
    struct Message: Decodable { var name, ssz: String }

    /// Bytes, or the recipe of many.
    struct Plain: Decodable {
        let bytes: [UInt8]

        private struct Recipe: Decodable { var seed, count, modulus: Int }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                bytes = try [UInt8](hex: text)
            } else {
                let recipe = try container.decode(Recipe.self)
                bytes = (0..<recipe.count).map { UInt8((recipe.seed + $0 * $0) % recipe.modulus) }
            }
        }
    }

    var digests: [Digest]
    var ids: [MessageID]
    var blocks: [Packed]
    var frames: [Packed]
    var payloads: [Payload]
    var messages: [Message]

    static func read() throws -> WireVectors {
        let url = try #require(Bundle.module.url(forResource: "wire", withExtension: "json", subdirectory: "Vectors"))
        return try JSONDecoder().decode(WireVectors.self, from: Data(contentsOf: url))
    }
}
