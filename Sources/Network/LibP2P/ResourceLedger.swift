public import PeerIdentity

/// Counts what connections and streams hold, in go-libp2p's scopes: system, transient (not yet authenticated), peer,
/// protocol, and the address that a connection comes from. Pure: who asks holds the lock.
public struct ResourceLedger: Sendable {
    /// The most of each that is granted.
    public struct Limits: Equatable, Sendable {
        public var inboundConnections = 512
        public var outboundConnections = 512
        public var transientConnections = 128
        public var connectionsPerPeer = 8
        public var connectionsPerAddress = 16
        /// Loopback addresses count for no one: many nodes of one machine share them.
        public var exemptsLoopback = true
        public var streams = 16_384
        public var streamsPerPeer = 1_024
        public var streamsPerProtocol = 4_096

        public init() {}
    }

    /// The scope that is full.
    public enum Exceeded: Error, Equatable, Sendable, CustomStringConvertible {
        case inboundConnections, outboundConnections, transientConnections, connectionsPerPeer, connectionsPerAddress
        case streams, streamsPerPeer, streamsPerProtocol

        public var description: String { "the limit of \(self.name) is reached" }

        private var name: String {
            switch self {
            case .inboundConnections: "inbound connections"
            case .outboundConnections: "outbound connections"
            case .transientConnections: "connections in handshake"
            case .connectionsPerPeer: "connections of one peer"
            case .connectionsPerAddress: "connections of one address"
            case .streams: "streams"
            case .streamsPerPeer: "streams of one peer"
            case .streamsPerProtocol: "streams of one protocol"
            }
        }
    }

    public let limits: Limits
    private var inbound = 0
    private var outbound = 0
    private var transient = 0
    private var byAddress: [String: Int] = [:]
    private var byPeer: [PeerID: Int] = [:]
    private var streams = 0
    private var streamsByPeer: [PeerID: Int] = [:]
    private var streamsByProtocol: [String: Int] = [:]

    public init(limits: Limits = Limits()) { self.limits = limits }

    /// Whether nothing is held.
    public var isEmpty: Bool {
        inbound + outbound + transient + streams == 0 && byAddress.isEmpty && byPeer.isEmpty && streamsByPeer.isEmpty
            && streamsByProtocol.isEmpty
    }

    /// A connection that begins; it is transient until `authenticate`.
    public mutating func open(inbound isInbound: Bool, address: String) throws(Exceeded) {
        guard transient < limits.transientConnections else { throw .transientConnections }
        if isInbound {
            guard inbound < limits.inboundConnections else { throw .inboundConnections }
            guard isExempt(address) || byAddress[address, default: 0] < limits.connectionsPerAddress else { throw .connectionsPerAddress }
            inbound += 1
            byAddress[address, default: 0] += 1
        } else {
            guard outbound < limits.outboundConnections else { throw .outboundConnections }
            outbound += 1
        }
        transient += 1
    }

    /// The peer of a connection is known.
    public mutating func authenticate(_ peer: PeerID) throws(Exceeded) {
        guard byPeer[peer, default: 0] < limits.connectionsPerPeer else { throw .connectionsPerPeer }
        transient -= 1
        byPeer[peer, default: 0] += 1
    }

    /// A connection ends; `peer` where it was authenticated.
    public mutating func close(inbound isInbound: Bool, address: String, peer: PeerID?) {
        if isInbound {
            inbound -= 1
            Self.decrement(&byAddress, address)
        } else {
            outbound -= 1
        }
        if let peer { Self.decrement(&byPeer, peer) } else { transient -= 1 }
    }

    public mutating func openStream(peer: PeerID, protocol name: String) throws(Exceeded) {
        guard streams < limits.streams else { throw .streams }
        guard streamsByPeer[peer, default: 0] < limits.streamsPerPeer else { throw .streamsPerPeer }
        guard streamsByProtocol[name, default: 0] < limits.streamsPerProtocol else { throw .streamsPerProtocol }
        streams += 1
        streamsByPeer[peer, default: 0] += 1
        streamsByProtocol[name, default: 0] += 1
    }

    public mutating func closeStream(peer: PeerID, protocol name: String) {
        streams -= 1
        Self.decrement(&streamsByPeer, peer)
        Self.decrement(&streamsByProtocol, name)
    }

    private func isExempt(_ address: String) -> Bool {
        limits.exemptsLoopback && (address.hasPrefix("127.") || address == "::1")
    }

    /// Counts that reach zero are forgotten, so that strangers leave nothing behind.
    private static func decrement<Key: Hashable>(_ counts: inout [Key: Int], _ key: Key) {
        counts[key, default: 0] -= 1
        if counts[key, default: 0] <= 0 { counts[key] = nil }
    }
}
