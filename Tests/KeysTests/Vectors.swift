import Foundation
import Testing

/// What `scripts/vectors/keys.py` wrote with Python's own HKDF, scrypt and PBKDF2.
struct Vectors {
    struct Derivation: Decodable { var seed, path, secret, `public`: String }
    struct Encrypted {
        var name, password, secret: String
        /// The keystore's JSON.
        var json: [UInt8]
    }

    var derivations: [Derivation]
    var keystores: [Encrypted]

    init() throws {
        let url = try #require(Bundle.module.url(forResource: "keys", withExtension: "json", subdirectory: "Vectors"))
        let data = try Data(contentsOf: url)
        derivations = try JSONDecoder().decode(Document.self, from: data).derivations
        let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        keystores = try #require(root["keystores"] as? [[String: Any]]).map { entry in
            Encrypted(
                name: try #require(entry["name"] as? String), password: try #require(entry["password"] as? String),
                secret: try #require(entry["secret"] as? String),
                json: [UInt8](try JSONSerialization.data(withJSONObject: try #require(entry["keystore"]))))
        }
    }

    private struct Document: Decodable { var derivations: [Derivation] }
}
