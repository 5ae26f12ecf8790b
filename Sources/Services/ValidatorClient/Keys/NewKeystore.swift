public import BLS
public import Keys
import Primitives

/// A new validator key in a new keystore.
public struct NewKeystore: Sendable {
    /// Where the key comes from.
    public enum Origin: Sendable {
        /// The first validator of 32 fresh random bytes that are then forgotten: nothing but the keystore can restore the key.
        case random
        /// Validator `index` of a seed: `m/12381/3600/index/0/0` (EIP-2334).
        case seed(GenesisSeed, index: UInt32)
    }

    /// How the password is stretched, with EIP-2335's own cost.
    public enum Stretching: String, Sendable, CaseIterable {
        case scrypt
        case pbkdf2
    }

    public let key: SecretKey
    public let keystore: Keystore
    /// As `ethstaker-deposit` names it: the path with underscores, then the time. A random key shows its public key instead.
    public let fileName: String

    /// - Parameters:
    ///   - time: Unix seconds, part of the file name.
    ///   - cost: scrypt's `n`, or PBKDF2's iterations; tests choose a low one.
    public init(
        _ origin: Origin, password: String, stretching: Stretching = .scrypt, cost: Int = 1 << 18, time: UInt64,
        random: inout some RandomNumberGenerator
    ) throws(KeysError) {
        func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) } }
        let path: DerivationPath
        let name: String
        switch origin {
        case .random:
            path = .signing(validator: 0)
            key = try SecretKey.master(seed: bytes(32)).descendant(path)
            name = "random_\(key.publicKey.bytes.bytes.prefix(4).bareHex)"
        case .seed(let seed, let index):
            path = .signing(validator: index)
            key = seed.signingKey(validator: index)
            name = path.description.replacing("/", with: "_")
        }
        let kdf: Keystore.KeyDerivationFunction =
            switch stretching {
            case .scrypt: .scrypt(n: cost, r: 8, p: 1, salt: bytes(32))
            case .pbkdf2: .pbkdf2(c: cost, salt: bytes(32))
            }
        keystore = try Keystore(
            encrypting: key, password: password, kdf: kdf, iv: bytes(16), uuid: Self.uuid(bytes(16)), path: path)
        fileName = "keystore-\(name)-\(time).json"
    }

    /// A random UUID of version 4 (RFC 9562).
    private static func uuid(_ random: [UInt8]) -> String {
        var bytes = random
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        let hex = Array(bytes.bareHex)
        return [hex[0..<8], hex[8..<12], hex[12..<16], hex[16..<20], hex[20..<32]].map { String($0) }.joined(separator: "-")
    }
}
