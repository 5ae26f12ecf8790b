import Primitives

extension Multiaddr {
    /// Parses the text form, `/ip4/127.0.0.1/tcp/13337`.
    public init(_ text: String) throws(MultiaddrError) {
        guard text.utf8.count <= Self.maximumSize * 2 else { throw .tooLong(text.utf8.count) }
        guard text.hasPrefix("/") else { throw .malformed }
        var parts = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        if parts.last == "" { parts = parts.dropLast() }
        components = []
        while let name = parts.popFirst() {
            guard components.count < Self.maximumComponents else { throw .tooManyComponents }
            guard let kind = Kind.byName[String(name)] else { throw .unknownProtocol(String(name)) }
            if case .none = kind.shape {
                components.append(Component(kind))
                continue
            }
            if kind == .unix {
                components.append(Component(kind, Array(("/" + parts.joined(separator: "/")).utf8)))
                return
            }
            guard let text = parts.popFirst() else { throw .badValue(kind.name) }
            guard let component = Component(kind, text: String(text)) else { throw .badValue(kind.name) }
            components.append(component)
        }
    }

    public var description: String { components.map(\.description).joined() }
}

extension Multiaddr.Component: CustomStringConvertible {
    /// A port, for `tcp` and `udp`.
    public init(_ kind: Multiaddr.Kind, port: UInt16) { self.init(kind, port.bigEndianBytes) }

    init?(_ kind: Multiaddr.Kind, text: String) {
        switch kind {
        case .ip4:
            let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
            guard parts.count == 4, parts.allSatisfy({ $0 != nil }) else { return nil }
            self.init(kind, parts.compactMap(\.self))
        case .ip6:
            guard let bytes = IPv6Text.parse(text) else { return nil }
            self.init(kind, bytes)
        case .tcp, .udp:
            guard let port = UInt16(text) else { return nil }
            self.init(kind, port: port)
        case .p2p:
            let cid: [UInt8]? =
                text.hasPrefix("b")
                ? Base32.decode(text.dropFirst()).flatMap { $0.starts(with: [1, 0x72]) ? Array($0.dropFirst(2)) : nil } : nil
            guard let bytes = cid ?? Base58.decode(text) else { return nil }
            self.init(kind, bytes)
        case .certhash:
            guard text.first == "b", let bytes = Base32.decode(text.dropFirst()) else { return nil }
            self.init(kind, bytes)
        default: self.init(kind, Array(text.utf8))
        }
        guard isValid else { return nil }
    }

    /// Whether the value's bytes are one of the protocol's.
    var isValid: Bool {
        switch kind {
        case .p2p: Multihash(bytes: value) != nil
        case .dns, .dns4, .dns6, .dnsaddr, .sni, .ip6zone:
            !value.isEmpty && String(validating: value, as: UTF8.self).map { !$0.contains("/") } ?? false
        case .unix: value.count > 1 && String(validating: value, as: UTF8.self) != nil
        default: true
        }
    }

    /// The port of a `tcp` or `udp` component.
    public var port: UInt16? { kind == .tcp || kind == .udp ? UInt16(bigEndianBytes: value) : nil }

    public var description: String {
        let text: String =
            switch kind {
            case .ip4: value.map { "\($0)" }.joined(separator: ".")
            case .ip6: IPv6Text.format(value)
            case .tcp, .udp: "\(port ?? 0)"
            case .p2p: Base58.encode(value)
            case .certhash: "b" + Base32.encode(value)
            default: String(decoding: value, as: UTF8.self)
            }
        if case .none = kind.shape { return "/\(kind.name)" }
        return kind == .unix ? "/unix\(text)" : "/\(kind.name)/\(text)"
    }
}
