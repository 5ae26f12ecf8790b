public import Primitives

/// An IPv4 or IPv6 address. An IPv4 address in IPv6's clothes (`::ffff:a.b.c.d`) is read as the IPv4 address.
public enum IPAddress: Hashable, Sendable {
    case v4(FixedBytes<4>)
    case v6(FixedBytes<16>)

    /// Four or sixteen bytes, most significant first.
    public init?(bytes: some Collection<UInt8>) {
        if let four = FixedBytes<4>(bytes) {
            self = .v4(four)
        } else if let sixteen = FixedBytes<16>(bytes) {
            let mapped: [UInt8] = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]
            let bytes = sixteen.bytes
            self = bytes.starts(with: mapped) ? FixedBytes<4>(bytes.suffix(4)).map { .v4($0) } ?? .v6(sixteen) : .v6(sixteen)
        } else {
            return nil
        }
    }

    /// `192.0.2.1` or `2001:db8::1`, without brackets.
    public init?(_ text: some StringProtocol) {
        if text.contains(":") {
            guard let bytes = IPv6Text.parse(String(text)) else { return nil }
            self.init(bytes: bytes)
        } else {
            guard text.utf8.count <= 15 else { return nil }
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            let bytes = parts.compactMap { part in part.utf8.allSatisfy { (48...57).contains($0) } ? UInt8(part) : nil }
            guard parts.count == 4, let four = FixedBytes<4>(bytes) else { return nil }
            self = .v4(four)
        }
    }

    /// Four or sixteen bytes, most significant first.
    public var bytes: [UInt8] {
        switch self {
        case .v4(let bytes): bytes.bytes
        case .v6(let bytes): bytes.bytes
        }
    }

    public var isIPv4: Bool { if case .v4 = self { true } else { false } }

    /// Without its last bits: what one owner commonly holds, /24 of IPv4 and /64 of IPv6.
    public var network: IPNetwork {
        switch self {
        case .v4(let bytes): IPNetwork(bytes: Array(bytes.bytes.prefix(3)))
        case .v6(let bytes): IPNetwork(bytes: Array(bytes.bytes.prefix(8)))
        }
    }
}

/// The first bytes of addresses: /24 of IPv4 or /64 of IPv6.
public struct IPNetwork: Hashable, Sendable {
    let bytes: [UInt8]
}

extension IPAddress: CustomStringConvertible {
    public var description: String {
        switch self {
        case .v4(let bytes): bytes.bytes.map { "\($0)" }.joined(separator: ".")
        case .v6(let bytes): IPv6Text.format(bytes.bytes)
        }
    }
}
