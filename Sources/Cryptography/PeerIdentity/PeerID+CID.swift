import Multiformats

/// The newer text form of a peer id: a CIDv1 with the codec `libp2p-key` in base32 (libp2p specs, peer-ids).
extension PeerID {
    /// CID version 1, then the multicodec `libp2p-key`.
    private static let prefix: [UInt8] = [0x01, 0x72]

    /// `bafz…` for Ed25519 keys.
    public var cid: String { "b" + Base32.encode(Self.prefix + bytes) }

    /// Parses the CIDv1 form in base32.
    public init?(cid text: some StringProtocol) {
        guard text.utf8.first == UInt8(ascii: "b"), let bytes = Base32.decode(text.dropFirst()), bytes.starts(with: Self.prefix),
            let multihash = Multihash(bytes: Array(bytes.dropFirst(Self.prefix.count)))
        else { return nil }
        self.init(multihash)
    }

    /// Parses either text form, by its first character as the specification says.
    public init?(_ text: some StringProtocol) {
        if text.hasPrefix("1") || text.hasPrefix("Qm") { self.init(base58: text) } else { self.init(cid: text) }
    }
}
