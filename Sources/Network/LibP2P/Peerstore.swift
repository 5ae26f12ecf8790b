public import LibP2PProtocols
public import Multiformats
public import PeerIdentity

/// What is known of other peers, bounded: the ones heard of longest ago go first.
public struct Peerstore: Sendable {
    public static let maximumPeers = 4_096
    public static let maximumAddresses = 32

    /// One peer.
    public struct Entry: Equatable, Sendable {
        /// Where the peer says, or another says, that it can be dialled.
        public var addresses: [Multiaddr] = []
        /// The sequence of the signed record that the addresses come from; unsigned ones do not replace it.
        public var recordSequence: UInt64?
        /// That record in its envelope, as others may be given it.
        public var signedRecord: [UInt8]?
        public var protocols: [String] = []
        public var agent: String?
        public var observedAddress: Multiaddr?
        /// The last round trip that was measured.
        public var latency: Duration?
        var age: UInt64 = 0
    }

    private var entries: [PeerID: Entry] = [:]
    private var clock: UInt64 = 0

    public init() {}

    public subscript(peer: PeerID) -> Entry? { entries[peer] }
    public var peers: [PeerID] { Array(entries.keys) }

    /// Adds addresses that someone else named.
    public mutating func add(_ addresses: [Multiaddr], of peer: PeerID) {
        update(peer) { entry in
            for address in addresses where !entry.addresses.contains(address) && entry.addresses.count < Self.maximumAddresses {
                entry.addresses.append(address)
            }
        }
    }

    /// Takes in what the peer says of itself; a signed record counts more than the bare list, a newer one more than an older.
    public mutating func merge(_ message: IdentifyMessage, of peer: PeerID) {
        let record = message.signedPeerRecord.flatMap { try? PeerRecord(envelope: $0) }
        update(peer) { entry in
            if let record, record.peer == peer, record.sequence >= entry.recordSequence ?? 0 {
                entry.recordSequence = record.sequence
                // What is handed on in peer exchange is small.
                entry.signedRecord = message.signedPeerRecord.flatMap { $0.count <= Self.maximumRecord ? $0 : nil }
                entry.addresses = Array(record.addresses.prefix(Self.maximumAddresses))
            } else if entry.recordSequence == nil, !message.listenAddresses.isEmpty {
                entry.addresses = Array(message.listenAddresses.prefix(Self.maximumAddresses))
            }
            if !message.protocols.isEmpty { entry.protocols = message.protocols }
            if let agent = message.agentVersion { entry.agent = String(agent.prefix(256)) }
            if let observed = message.observedAddress { entry.observedAddress = observed }
        }
    }

    /// The largest signed record that is kept to be told to others.
    private static let maximumRecord = 4096

    public mutating func setLatency(_ latency: Duration, of peer: PeerID) { update(peer) { $0.latency = latency } }

    private mutating func update(_ peer: PeerID, _ change: (inout Entry) -> Void) {
        clock += 1
        if entries[peer] == nil, entries.count >= Self.maximumPeers, let oldest = entries.min(by: { $0.value.age < $1.value.age }) {
            entries[oldest.key] = nil
        }
        var entry = entries[peer] ?? Entry()
        change(&entry)
        entry.age = clock
        entries[peer] = entry
    }
}
