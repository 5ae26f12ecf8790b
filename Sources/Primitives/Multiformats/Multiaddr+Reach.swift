extension Multiaddr {
    /// The bytes of the IP address that it begins with.
    public var ip: [UInt8]? {
        guard let first = components.first, first.kind == .ip4 || first.kind == .ip6 else { return nil }
        // An IPv4 address in IPv6's clothes is the IPv4 address.
        let mapped: [UInt8] = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]
        return first.kind == .ip6 && first.value.starts(with: mapped) ? Array(first.value.suffix(4)) : first.value
    }

    /// Whether it is an IP address and a TCP port, and no more.
    public var isBareTCP: Bool {
        guard components.count == 2, ip != nil, components[1].kind == .tcp else { return false }
        return components[1].port != 0
    }

    /// Whether it leads through a relay.
    public var isRelayed: Bool { components.contains { $0.kind == .p2pCircuit } }

    /// Whether it is of this machine alone.
    public var isLoopback: Bool {
        guard let ip else { return components.first?.value == Array("localhost".utf8) }
        return IPAddress(bytes: ip)?.isLoopback ?? false
    }

    /// Whether anyone on the internet may dial it: an IP address that is not set aside for other uses, with a TCP port.
    public var isPublic: Bool {
        guard let ip, components.count >= 2, components[1].kind == .tcp, components[1].port != 0, !isRelayed else { return false }
        return IPAddress(bytes: ip)?.isGlobal ?? false
    }

    /// The id of the peer that it ends in.
    public var peer: [UInt8]? { components.last?.kind == .p2p ? components.last?.value : nil }

    /// Without the peer that it ends in.
    public var withoutPeer: Multiaddr { components.last?.kind == .p2p ? Multiaddr(components.dropLast()) : self }
}
