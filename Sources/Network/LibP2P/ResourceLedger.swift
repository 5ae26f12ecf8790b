import LibP2PProtocols
public import PeerIdentity

/// Counts what connections and streams hold, and the bytes that peers may make this host hold by them, in go-libp2p's scopes: system,
/// transient (not yet authenticated), peer, protocol, stream, and the address that a connection comes from. Pure: who asks holds
/// the lock.
///
/// Bytes are counted when they are promised, not when they come: a handshake's buffers, a stream's first window, and what
/// windows grow by. What was promised can be taken; so nothing is promised over a limit.
public struct ResourceLedger: Sendable {
    /// The most of each that is granted. By default the bytes decide before the three counts of streams do.
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
        /// Bytes in all.
        public var memory = 1 << 30
        /// Of these, what peers' streams and windows that grow may fill: a few strangers with idle streams must not keep this host
        /// from new connections and streams of its own.
        public var sharedMemory: Int { memory / 4 * 3 }
        public var memoryPerPeer = 128 << 20
        /// Of what its streams are promised at first; what their windows grow by is the peer's alone.
        public var memoryPerProtocol = 512 << 20

        public init() {}
    }

    /// The scope that is full.
    public enum Exceeded: Error, Equatable, Sendable, CustomStringConvertible {
        case inboundConnections, outboundConnections, transientConnections, connectionsPerPeer, connectionsPerAddress
        case streams, streamsPerPeer, streamsPerProtocol
        case memory, memoryPerPeer, memoryPerProtocol

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
            case .memory: "bytes in all"
            case .memoryPerPeer: "bytes of one peer"
            case .memoryPerProtocol: "bytes of one protocol"
            }
        }
    }

    /// What a handshake may have this host hold: the longest messages of Noise and TLS, each way.
    static let handshakeBytes = 128 << 10
    /// What every stream is promised at first.
    static let streamBytes = Int(YamuxLimits.initialWindow)

    public let limits: Limits
    /// Bytes that are promised now.
    public private(set) var memory = 0
    private var memoryByPeer: [PeerID: Int] = [:]
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
        inbound + outbound + transient + streams + memory == 0 && memoryByPeer.isEmpty && byAddress.isEmpty && byPeer.isEmpty
            && streamsByPeer.isEmpty && streamsByProtocol.isEmpty
    }

    /// A connection that begins; it is transient until `authenticate`.
    public mutating func open(inbound isInbound: Bool, address: String) throws(Exceeded) {
        guard transient < limits.transientConnections else { throw .transientConnections }
        guard memory + Self.handshakeBytes <= limits.memory else { throw .memory }
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
        memory += Self.handshakeBytes
    }

    /// The peer of a connection is known.
    public mutating func authenticate(_ peer: PeerID) throws(Exceeded) {
        guard byPeer[peer, default: 0] < limits.connectionsPerPeer else { throw .connectionsPerPeer }
        endHandshake()
        byPeer[peer, default: 0] += 1
    }

    private mutating func endHandshake() {
        transient -= 1
        memory -= Self.handshakeBytes
    }

    /// A connection ends; `peer` where it was authenticated.
    public mutating func close(inbound isInbound: Bool, address: String, peer: PeerID?) {
        if isInbound {
            inbound -= 1
            Self.decrement(&byAddress, address)
        } else {
            outbound -= 1
        }
        if let peer { Self.decrement(&byPeer, peer) } else { endHandshake() }
    }

    /// - Parameter isOwn: whether this host opened it; what is left over `sharedMemory` is for those.
    public mutating func openStream(peer: PeerID, protocol name: String, isOwn: Bool = false) throws(Exceeded) {
        guard streams < limits.streams else { throw .streams }
        guard streamsByPeer[peer, default: 0] < limits.streamsPerPeer else { throw .streamsPerPeer }
        guard streamsByProtocol[name, default: 0] < limits.streamsPerProtocol else { throw .streamsPerProtocol }
        let bytesOfProtocol = (streamsByProtocol[name, default: 0] + 1) * Self.streamBytes
        guard bytesOfProtocol <= limits.memoryPerProtocol else { throw .memoryPerProtocol }
        try reserve(Self.streamBytes, peer: peer, limit: isOwn ? limits.memory : limits.sharedMemory)
        streams += 1
        streamsByPeer[peer, default: 0] += 1
        streamsByProtocol[name, default: 0] += 1
    }

    public mutating func closeStream(peer: PeerID, protocol name: String) {
        streams -= 1
        Self.decrement(&streamsByPeer, peer)
        Self.decrement(&streamsByProtocol, name)
        release(Self.streamBytes, peer: peer)
    }

    /// Promises a peer more bytes: windows that grow.
    public mutating func reserve(_ bytes: Int, peer: PeerID) throws(Exceeded) {
        try reserve(bytes, peer: peer, limit: limits.sharedMemory)
    }

    private mutating func reserve(_ bytes: Int, peer: PeerID, limit: Int) throws(Exceeded) {
        guard memory + bytes <= limit else { throw .memory }
        guard memoryByPeer[peer, default: 0] + bytes <= limits.memoryPerPeer else { throw .memoryPerPeer }
        memory += bytes
        memoryByPeer[peer, default: 0] += bytes
    }

    public mutating func release(_ bytes: Int, peer: PeerID) {
        memory -= bytes
        Self.decrement(&memoryByPeer, peer, by: bytes)
    }

    private func isExempt(_ address: String) -> Bool {
        limits.exemptsLoopback && (address.hasPrefix("127.") || address == "::1")
    }

    /// Counts that reach zero are forgotten, so that strangers leave nothing behind.
    private static func decrement<Key: Hashable>(_ counts: inout [Key: Int], _ key: Key, by amount: Int = 1) {
        counts[key, default: 0] -= amount
        if counts[key, default: 0] <= 0 { counts[key] = nil }
    }
}
