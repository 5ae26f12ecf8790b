import Multiformats

extension NodeRecord: CustomStringConvertible {
    private static let prefix = "enr:"

    /// Reads the text form: `enr:` and base64 in the alphabet for addresses, without padding.
    public init(text: some StringProtocol) throws(NodeRecordError) {
        // Four characters for three bytes; what is longer is not decoded.
        guard text.utf8.count <= 4 + (Self.maximumSize * 4 + 2) / 3 else { throw .tooLarge(text.utf8.count * 3 / 4) }
        guard text.hasPrefix(Self.prefix), let bytes = Base64URL.decode(text.dropFirst(Self.prefix.count)) else { throw .badText }
        try self.init(encoded: bytes)
    }

    /// The text form.
    public var text: String { Self.prefix + Base64URL.encode(encoded) }

    public var description: String { text }

    /// The same node as an `enode://` address; `nil` where the record has no address.
    public var enode: EnodeURL? {
        guard let udp = entries.udpEndpoint ?? entries.tcpEndpoint else { return nil }
        return EnodeURL(
            publicKey: publicKey, host: "\(udp.address)", tcp: entries.tcpEndpoint?.port ?? 0, udp: entries.udpEndpoint?.port ?? 0)
    }
}
