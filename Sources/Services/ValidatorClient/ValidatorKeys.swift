public import BLS
public import BeaconTypes

/// The signing keys of this node's validators, by public key. Its description shows public keys only.
public struct ValidatorKeys: Sendable, CustomStringConvertible {
    /// In the order in which they were given.
    public let publicKeys: [BLSPubkey]
    private let secrets: [BLSPubkey: SecretKey]

    public init(_ keys: [SecretKey]) {
        publicKeys = keys.map(\.publicKey.bytes)
        secrets = Dictionary(zip(publicKeys, keys)) { first, _ in first }
    }

    public subscript(publicKey: BLSPubkey) -> SecretKey? { secrets[publicKey] }

    public var description: String { "\(publicKeys.count) validator keys" }
}
