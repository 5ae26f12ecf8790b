extension Multiaddr {
    /// The protocols that are read, by their multicodec.
    public enum Kind: UInt64, Sendable, CaseIterable {
        case ip4 = 4
        case tcp = 6
        case ip6 = 41
        case ip6zone = 42
        case dns = 53
        case dns4 = 54
        case dns6 = 55
        case dnsaddr = 56
        case udp = 273
        case p2pCircuit = 290
        case webrtcDirect = 280
        case unix = 400
        case p2p = 421
        case tls = 448
        case sni = 449
        case noise = 454
        case quic = 460
        case quicV1 = 461
        case webtransport = 465
        case certhash = 466
        case ws = 477
        case wss = 478

        /// How many bytes a value has.
        enum Shape {
            case none
            case fixed(Int)
            case variable
        }

        var shape: Shape {
            switch self {
            case .ip4: .fixed(4)
            case .ip6: .fixed(16)
            case .tcp, .udp: .fixed(2)
            case .ip6zone, .dns, .dns4, .dns6, .dnsaddr, .unix, .p2p, .sni, .certhash: .variable
            case .p2pCircuit, .webrtcDirect, .tls, .noise, .quic, .quicV1, .webtransport, .ws, .wss: .none
            }
        }

        /// The name in the text form.
        public var name: String {
            switch self {
            case .p2pCircuit: "p2p-circuit"
            case .webrtcDirect: "webrtc-direct"
            case .quicV1: "quic-v1"
            default: "\(self)"
            }
        }

        static let byName: [String: Kind] = Dictionary(
            uniqueKeysWithValues: allCases.map { ($0.name, $0) } + [("ipfs", .p2p)])
    }
}
