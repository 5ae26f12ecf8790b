public import Multiformats
import Primitives

extension NodeRecordEntries {
    /// `ip`.
    public var ip4: IPAddress? {
        get { self[bytes: "ip"].flatMap { FixedBytes<4>($0) }.map { .v4($0) } }
        set { self[bytes: "ip"] = newValue?.bytes }
    }

    /// `ip6`; an IPv4 address in IPv6's clothes is read as the IPv4 address.
    public var ip6: IPAddress? {
        get { self[bytes: "ip6"].flatMap { $0.count == 16 ? IPAddress(bytes: $0) : nil } }
        set { self[bytes: "ip6"] = newValue?.bytes }
    }

    public var tcp: UInt16? {
        get { port("tcp") }
        set { self[number: "tcp"] = newValue.map { UInt64($0) } }
    }

    public var udp: UInt16? {
        get { port("udp") }
        set { self[number: "udp"] = newValue.map { UInt64($0) } }
    }

    public var tcp6: UInt16? {
        get { port("tcp6") }
        set { self[number: "tcp6"] = newValue.map { UInt64($0) } }
    }

    public var udp6: UInt16? {
        get { port("udp6") }
        set { self[number: "udp6"] = newValue.map { UInt64($0) } }
    }

    /// A port that can be dialled.
    private func port(_ key: String) -> UInt16? {
        guard let number = self[number: key], let port = UInt16(exactly: number), port != 0 else { return nil }
        return port
    }

    /// Where datagrams reach the node: over IPv4 when it has such an address. `udp` holds for `ip6` too where there is no `udp6`.
    public var udpEndpoint: NodeEndpoint? {
        if let ip4, let udp { return NodeEndpoint(address: ip4, port: udp) }
        if let ip6, let port = udp6 ?? udp { return NodeEndpoint(address: ip6, port: port) }
        return nil
    }

    /// Where connections reach the node.
    public var tcpEndpoint: NodeEndpoint? {
        if let ip4, let tcp { return NodeEndpoint(address: ip4, port: tcp) }
        if let ip6, let port = tcp6 ?? tcp { return NodeEndpoint(address: ip6, port: port) }
        return nil
    }

    /// Makes `endpoint` the address and port for datagrams of its kind.
    public mutating func setUDP(_ endpoint: NodeEndpoint) {
        if endpoint.address.isIPv4 {
            (ip4, udp) = (endpoint.address, endpoint.port)
        } else {
            (ip6, udp6) = (endpoint.address, endpoint.port)
        }
    }
}
