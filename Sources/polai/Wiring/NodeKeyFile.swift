import Primitives
import Secp256k1

/// The key by which the execution node is known to its peers, in a file as geth keeps it: 64 hexadecimal digits.
enum NodeKeyFile {
    /// This node's key, generated at the first start and kept in `secrets_data/nodekey`.
    static func key(datadir: String, path: String? = nil) throws -> Secp256k1PrivateKey {
        let path = path ?? "\(datadir)/secrets_data/nodekey"
        if let text = OwnersFile.text(path) {
            guard let secret = try? Hash32(hex: text), let key = try? Secp256k1PrivateKey(secret) else {
                throw SetupError("\(path) holds no key; remove it to get a new identity")
            }
            return key
        }
        while true {
            let bytes = OwnersFile.secret(32)
            // One in 2^128 numbers is no key.
            guard let secret = Hash32(bytes), let key = try? Secp256k1PrivateKey(secret) else { continue }
            try OwnersFile.write(bytes.bareHex.utf8, to: path)
            return key
        }
    }
}
