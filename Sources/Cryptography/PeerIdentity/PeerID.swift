public import Multiformats

/// A libp2p peer id: the multihash of the peer's public key message (libp2p specs, peer-ids).
public struct PeerID: Hashable, Sendable, CustomStringConvertible {
    public let multihash: Multihash

    public init(_ multihash: Multihash) { self.multihash = multihash }

    /// Parses the base58 form.
    public init?(base58 text: some StringProtocol) {
        guard let bytes = Base58.decode(text), let multihash = Multihash(bytes: bytes) else { return nil }
        self.multihash = multihash
    }

    /// The binary form.
    public var bytes: [UInt8] { multihash.bytes }

    /// The base58 form: `12D3KooW…` for Ed25519 keys.
    public var description: String { Base58.encode(bytes) }
}
