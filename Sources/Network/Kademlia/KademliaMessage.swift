public import LibP2PProtocols
public import Multiformats
public import PeerIdentity

/// One request or answer of the kad-dht protocol (libp2p specs, kad-dht). Unknown fields are passed over.
public struct KademliaMessage: Equatable, Sendable {
    public enum Kind: UInt64, Sendable {
        case putValue = 0
        case getValue = 1
        case addProvider = 2
        case getProviders = 3
        case findNode = 4
        case ping = 5
    }

    /// The largest message that is read.
    public static let maximumSize = 4 * 1024 * 1024
    public static let maximumKey = 1024
    /// The most peers that one answer may name, and addresses of each.
    public static let maximumPeers = 256
    public static let maximumAddresses = 32

    /// A record as it travels.
    public struct Record: Equatable, Sendable {
        public var key: [UInt8]
        public var value: [UInt8]
        /// When the answering peer took it in, RFC 3339.
        public var timeReceived: String?
        /// Seconds that it still has to live (field 777, as py-libp2p has it).
        public var ttl: UInt64?

        public init(key: [UInt8], value: [UInt8], timeReceived: String? = nil, ttl: UInt64? = nil) {
            (self.key, self.value, self.timeReceived, self.ttl) = (key, value, timeReceived, ttl)
        }
    }

    /// A peer as an answer names it.
    public struct Peer: Hashable, Sendable {
        public var id: PeerID
        public var addresses: [Multiaddr]

        public init(id: PeerID, addresses: [Multiaddr]) { (self.id, self.addresses) = (id, addresses) }
    }

    public var kind: Kind
    public var key: [UInt8]
    public var record: Record?
    public var closerPeers: [Peer] = []
    public var providerPeers: [Peer] = []

    public init(_ kind: Kind, key: [UInt8] = [], record: Record? = nil) {
        (self.kind, self.key, self.record) = (kind, key, record)
    }

    /// Reads the protobuf form.
    public init(bytes: [UInt8]) throws(WireError) {
        self.init(.putValue)
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: kind = try Self.kind(field)
            case 2:
                key = field.bytes ?? []
                guard key.count <= Self.maximumKey else { throw .tooLong(length: UInt64(key.count), limit: Self.maximumKey) }
            case 3: record = try Record(bytes: field.bytes ?? [])
            case 8: if closerPeers.count < Self.maximumPeers, let peer = try Peer(bytes: field.bytes ?? []) { closerPeers.append(peer) }
            case 9: if providerPeers.count < Self.maximumPeers, let peer = try Peer(bytes: field.bytes ?? []) { providerPeers.append(peer) }
            default: break
            }
        }
    }

    // Not inlined: Swift 6.3's optimiser breaks off where it inlines this into the loop above.
    @inline(never) private static func kind(_ field: ProtobufReader.Field) throws(WireError) -> Kind {
        guard let number = field.varint, let kind = Kind(rawValue: number) else { throw .malformed("message type") }
        return kind
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.varint(1, kind.rawValue)
        writer.bytes(2, key.isEmpty ? nil : key)
        writer.bytes(3, record?.bytes)
        for peer in closerPeers { writer.bytes(8, peer.bytes) }
        for peer in providerPeers { writer.bytes(9, peer.bytes) }
        return writer.bytes
    }
}

extension KademliaMessage.Record {
    /// Reads the protobuf form.
    public init(bytes: [UInt8]) throws(WireError) {
        self.init(key: [], value: [])
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: key = field.bytes ?? []
            case 2: value = field.bytes ?? []
            case 5: timeReceived = field.text
            case 777: ttl = field.varint
            default: break
            }
        }
        guard key.count <= KademliaMessage.maximumKey else {
            throw .tooLong(length: UInt64(key.count), limit: KademliaMessage.maximumKey)
        }
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(1, key)
        writer.bytes(2, value)
        writer.text(5, timeReceived)
        if let ttl { writer.varint(777, ttl) }
        return writer.bytes
    }
}

extension KademliaMessage.Peer {
    /// `nil` where the peer id is of no known form.
    init?(bytes: [UInt8]) throws(WireError) {
        var (id, addresses): (PeerID?, [Multiaddr]) = (nil, [])
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            if field.number == 1 { id = field.bytes.flatMap { Multihash(bytes: $0) }.map { PeerID($0) } }
            if field.number == 2, addresses.count < KademliaMessage.maximumAddresses, let bytes = field.bytes,
                let address = try? Multiaddr(bytes: bytes)
            {
                addresses.append(address)
            }
        }
        guard let id else { return nil }
        self.init(id: id, addresses: addresses)
    }

    var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(1, id.bytes)
        for address in addresses { writer.bytes(2, address.bytes) }
        return writer.bytes
    }
}
