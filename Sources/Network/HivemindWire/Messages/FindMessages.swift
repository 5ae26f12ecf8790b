public import LibP2PProtocols
import Multiformats
public import PeerIdentity

/// `rpc_find`: what is kept under these keys, and who is nearer to them?
public struct FindRequest: Equatable, Sendable {
    public static let name = "DHTProtocol.rpc_find"
    public static let maximumKeys = 256

    public var keys: [DHTID]
    public var node: DHTID?

    public init(_ keys: [DHTID], node: DHTID?) { (self.keys, self.node) = (keys, node) }

    public init(bytes: [UInt8]) throws(WireError) {
        self.init([], node: nil)
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 2:
                guard keys.count < Self.maximumKeys else { throw .malformed("more than \(Self.maximumKeys) keys to find") }
                keys.append(try MessageFields.id(field.bytes ?? []))
            case 3: node = try MessageFields.node(field)
            default: break
            }
        }
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        for key in keys { writer.bytes(2, key.bytes) }
        writer.bytes(3, MessageFields.node(node))
        return writer.bytes
    }
}

/// A peer with its place.
public struct HivemindPeer: Hashable, Sendable {
    public var node: DHTID
    public var id: PeerID

    public init(node: DHTID, id: PeerID) { (self.node, self.id) = (node, id) }
}

/// What one peer has of one key.
public struct FindResult: Equatable, Sendable {
    /// Peers that one result may name.
    public static let maximumPeers = 64

    public enum Found: Equatable, Sendable {
        case nothing
        case value([UInt8], expiration: Double)
        /// `ExpiringDictionary`, not yet read.
        case dictionary([UInt8], expiration: Double)
    }

    public var found: Found
    /// Nearest first.
    public var nearest: [HivemindPeer]

    public init(_ found: Found, nearest: [HivemindPeer]) { (self.found, self.nearest) = (found, nearest) }

    init(bytes: [UInt8]) throws(WireError) {
        self.init(.nothing, nearest: [])
        var (kind, value, expiration): (UInt64, [UInt8], Double) = (0, [], 0)
        var (nodes, peers): ([DHTID], [[UInt8]]) = ([], [])
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: kind = field.varint ?? 0
            case 2: value = field.bytes ?? []
            case 3: expiration = try field.double()
            case 4: if nodes.count < Self.maximumPeers { nodes.append(try MessageFields.id(field.bytes ?? [])) }
            case 5: if peers.count < Self.maximumPeers { peers.append(field.bytes ?? []) }
            default: break
            }
        }
        switch kind {
        case 0: found = .nothing
        case 1: found = .value(value, expiration: expiration)
        case 2: found = .dictionary(value, expiration: expiration)
        default: throw .malformed("a result of kind \(kind)")
        }
        // A peer whose id is of no known form cannot be asked anyway.
        nearest = zip(nodes, peers).compactMap { node, peer in
            Multihash(bytes: peer).map { HivemindPeer(node: node, id: PeerID($0)) }
        }
    }

    var bytes: [UInt8] {
        var writer = ProtobufWriter()
        let (kind, value, expiration): (UInt64, [UInt8], Double) =
            switch found {
            case .nothing: (0, [], 0)
            case .value(let value, let expiration): (1, value, expiration)
            case .dictionary(let value, let expiration): (2, value, expiration)
            }
        if kind != 0 { writer.varint(1, kind) }
        if !value.isEmpty { writer.bytes(2, value) }
        if expiration != 0 { writer.fixed64(3, expiration.bitPattern) }
        for peer in nearest { writer.bytes(4, peer.node.bytes) }
        for peer in nearest { writer.bytes(5, peer.id.bytes) }
        return writer.bytes
    }
}

/// The answer to `FindRequest`: a result for each key, in their order.
public struct FindResponse: Equatable, Sendable {
    public var results: [FindResult]
    public var node: DHTID?

    public init(_ results: [FindResult], node: DHTID?) { (self.results, self.node) = (results, node) }

    public init(bytes: [UInt8]) throws(WireError) {
        self.init([], node: nil)
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 2:
                guard results.count < FindRequest.maximumKeys else { throw .malformed("more results than can be asked for") }
                results.append(try FindResult(bytes: field.bytes ?? []))
            case 3: node = try MessageFields.node(field)
            default: break
            }
        }
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        for result in results { writer.bytes(2, result.bytes) }
        writer.bytes(3, MessageFields.node(node))
        return writer.bytes
    }
}
