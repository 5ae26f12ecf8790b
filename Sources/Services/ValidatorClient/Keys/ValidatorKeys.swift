public import BLS
public import BeaconTypes

/// The signing keys of this node's validators, by public key. Its description shows public keys only.
public struct ValidatorKeys: Sendable, CustomStringConvertible {
    /// In the order in which they were given; each once.
    public let publicKeys: [BLSPubkey]
    private let secrets: [BLSPubkey: SecretKey]

    public init(_ keys: [SecretKey]) {
        var secrets: [BLSPubkey: SecretKey] = [:]
        publicKeys = keys.compactMap { key in
            let publicKey = key.publicKey.bytes
            return secrets.updateValue(key, forKey: publicKey) == nil ? publicKey : nil
        }
        self.secrets = secrets
    }

    public subscript(publicKey: BLSPubkey) -> SecretKey? { secrets[publicKey] }

    public var description: String { "\(publicKeys.count) validator keys" }
}
