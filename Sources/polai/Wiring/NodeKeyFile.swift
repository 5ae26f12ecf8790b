import Foundation
import Primitives
import Secp256k1

/// The key by which the execution node is known to its peers, in a file as geth keeps it: 64 hexadecimal digits.
enum NodeKeyFile {
    /// This node's key, generated at the first start and kept in `secrets_data/nodekey`.
    static func key(datadir: String, path: String? = nil) throws -> Secp256k1PrivateKey {
        let path = path ?? "\(datadir)/secrets_data/nodekey"
        if let data = FileManager.default.contents(atPath: path) {
            let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard let secret = try? Hash32(hex: text), let key = try? Secp256k1PrivateKey(secret) else {
                throw SetupError("\(path) holds no key; remove it to get a new identity")
            }
            return key
        }
        var generator = SystemRandomNumberGenerator()
        while true {
            let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
            // One in 2^128 numbers is no key.
            guard let secret = Hash32(bytes), let key = try? Secp256k1PrivateKey(secret) else { continue }
            guard FileManager.default.createFile(atPath: path, contents: Data(bytes.bareHex.utf8), attributes: [.posixPermissions: 0o600])
            else { throw SetupError("cannot write \(path)") }
            return key
        }
    }
}
