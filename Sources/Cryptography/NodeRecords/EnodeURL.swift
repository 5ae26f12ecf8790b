public import Multiformats
public import Primitives
public import Secp256k1

/// A node as `enode://KEY@HOST:TCP?discport=UDP`: 128 hexadecimal digits of its key, an IP address (IPv6 in brackets) or a name, and
/// its ports.
public struct EnodeURL: Hashable, Sendable {
    /// The longest text that is read.
    public static let maximumLength = 512

    public let publicKey: Secp256k1PublicKey
    /// An IP address or a name, without brackets.
    public let host: String
    /// The port of connections; 0 where it takes none.
    public let tcp: UInt16
    /// The port of datagrams.
    public let udp: UInt16

    public init(publicKey: Secp256k1PublicKey, host: String, tcp: UInt16, udp: UInt16) {
        (self.publicKey, self.host, self.tcp, self.udp) = (publicKey, host, tcp, udp)
    }

    public init(_ text: some StringProtocol) throws(NodeRecordError) {
        guard text.utf8.count <= Self.maximumLength else { throw .badEnode("a text of at most \(Self.maximumLength) bytes") }
        guard text.hasPrefix("enode://") else { throw .badEnode("enode://") }
        let parts = text.dropFirst(8).split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 128, let bytes = try? [UInt8](hex: String(parts[0])),
            let key = try? Secp256k1PublicKey(coordinates: bytes)
        else { throw .badEnode("the key") }
        let pieces = parts[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let colon = pieces[0].lastIndex(of: ":") else { throw .badEnode("the port") }
        let written = pieces[0][..<colon]
        guard let tcp = Self.port(pieces[0][pieces[0].index(after: colon)...]) else { throw .badEnode("the port") }
        guard let host = Self.host(written) else { throw .badEnode("the host") }
        var udp = tcp
        if pieces.count == 2 {
            guard pieces[1].hasPrefix("discport="), let port = Self.port(pieces[1].dropFirst(9)) else { throw .badEnode("discport") }
            udp = port
        }
        self.init(publicKey: key, host: host, tcp: tcp, udp: udp)
    }

    private static func port(_ text: some StringProtocol) -> UInt16? {
        text.utf8.allSatisfy { (48...57).contains($0) } ? UInt16(text) : nil
    }

    private static func host(_ text: some StringProtocol) -> String? {
        if text.hasPrefix("["), text.hasSuffix("]") {
            guard let address = IPAddress(text.dropFirst().dropLast()), text.contains(":") else { return nil }
            return "\(address)"
        }
        // A name of letters, digits, hyphens and dots, or an IPv4 address.
        let isName = text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (97...122).contains(byte | 32) && byte >= 65 || byte == 45 || byte == 46
        }
        return isName && !text.isEmpty && text.utf8.count <= 253 ? String(text) : nil
    }

    public var nodeID: NodeID { publicKey.nodeID }

    /// The address, where the host is no name.
    public var address: IPAddress? { IPAddress(host) }

    /// Where datagrams reach the node, where the host is no name.
    public var udpEndpoint: NodeEndpoint? { udp == 0 ? nil : address.map { NodeEndpoint(address: $0, port: udp) } }

    /// Where connections reach the node, where the host is no name.
    public var tcpEndpoint: NodeEndpoint? { tcp == 0 ? nil : address.map { NodeEndpoint(address: $0, port: tcp) } }
}

extension EnodeURL: CustomStringConvertible {
    public var description: String {
        let place = host.contains(":") ? "[\(host)]" : host
        return "enode://\(publicKey.coordinates.bytes.bareHex)@\(place):\(tcp)" + (udp == tcp ? "" : "?discport=\(udp)")
    }
}
