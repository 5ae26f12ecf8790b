public import Multiformats

/// Where a node finds its first peers: `GENESIS_HOST` and `--bootstrap`.
public enum BootstrapAddress {
    /// Why a text names no place.
    public struct Unreadable: Error, Equatable, Sendable, CustomStringConvertible {
        public let text: String
        public var description: String {
            "'\(text)' is no place to join a network at; write host, host:port or a multiaddr such as /ip4/192.0.2.1/tcp/13337"
        }
    }

    /// Reads a list, set apart by commas or spaces, of hosts, `host:port`, `[IPv6]:port` and multiaddrs.
    ///
    /// - Parameter port: where none is named.
    public static func read(_ text: String, port: UInt16 = 13337) throws(Unreadable) -> [Multiaddr] {
        var addresses: [Multiaddr] = []
        for part in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) { addresses.append(try one(String(part), port: port)) }
        return addresses
    }

    private static func one(_ text: String, port: UInt16) throws(Unreadable) -> Multiaddr {
        if text.hasPrefix("/") {
            guard let address = try? Multiaddr(text), address.isTCP else { throw Unreadable(text: text) }
            return address
        }
        var (host, port) = (text[...], port)
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            let rest = host[host.index(after: end)...]
            host = host[host.index(after: host.startIndex)..<end]
            if !rest.isEmpty {
                guard rest.hasPrefix(":"), let given = UInt16(rest.dropFirst()) else { throw Unreadable(text: text) }
                port = given
            }
        } else if host.count(where: { $0 == ":" }) == 1, let colon = host.firstIndex(of: ":") {
            guard let given = UInt16(host[host.index(after: colon)...]) else { throw Unreadable(text: text) }
            (host, port) = (host[..<colon], given)
        }
        let isName = host.utf8.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 || (45...57).contains($0) || $0 == 95 }
        for kind in ["ip4", "ip6"] + (isName && !host.contains("/") ? ["dns"] : []) {
            if !host.isEmpty, let address = try? Multiaddr("/\(kind)/\(host)/tcp/\(port)") { return address }
        }
        throw Unreadable(text: text)
    }
}

extension Multiaddr {
    /// Whether it begins with a host and a TCP port.
    fileprivate var isTCP: Bool {
        components.count >= 2 && components[1].kind == .tcp && [.ip4, .ip6, .dns, .dns4, .dns6].contains(components[0].kind)
    }
}
