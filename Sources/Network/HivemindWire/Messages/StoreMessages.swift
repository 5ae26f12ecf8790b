public import LibP2PProtocols
import MessagePack

/// `rpc_store`: keep these values until they expire.
public struct StoreRequest: Equatable, Sendable {
    public static let name = "DHTProtocol.rpc_store"
    /// Values of one request. A peer hands a new neighbour all that belongs there in one.
    public static let maximumItems = 8192

    /// What stands in the place of a subkey where there is none: MessagePack's null.
    public static let noSubkey: [UInt8] = [0xc0]
    /// What stands there where the value is a whole dictionary.
    public static let wholeDictionary: [UInt8] = []

    public struct Item: Equatable, Sendable {
        public var key: DHTID
        /// MessagePack, `noSubkey` or `wholeDictionary`.
        public var subkey: [UInt8]
        public var value: [UInt8]
        /// Seconds since the Unix epoch.
        public var expiration: Double
        /// It may be forgotten earlier.
        public var isCache: Bool

        public init(key: DHTID, subkey: [UInt8] = noSubkey, value: [UInt8], expiration: Double, isCache: Bool = false) {
            (self.key, self.subkey, self.value, self.expiration, self.isCache) = (key, subkey, value, expiration, isCache)
        }
    }

    public var items: [Item]
    public var node: DHTID?

    public init(_ items: [Item], node: DHTID?) { (self.items, self.node) = (items, node) }

    /// Reads the protobuf form, five lists of one length.
    public init(bytes: [UInt8]) throws(WireError) {
        self.init([], node: nil)
        var (keys, subkeys, values): ([DHTID], [[UInt8]], [[UInt8]]) = ([], [], [])
        var (expirations, caches): ([Double], [Bool]) = ([], [])
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 2: keys.append(try MessageFields.id(field.bytes ?? []))
            case 3: subkeys.append(field.bytes ?? [])
            case 4: values.append(field.bytes ?? [])
            case 5: try MessageFields.doubles(field, into: &expirations)
            case 6: try MessageFields.bools(field, into: &caches)
            case 7: node = try MessageFields.node(field)
            default: break
            }
            guard keys.count <= Self.maximumItems else { throw .malformed("more than \(Self.maximumItems) values to store") }
        }
        guard [subkeys.count, values.count, expirations.count, caches.count].allSatisfy({ $0 == keys.count }) else {
            throw .malformed("lists of different lengths")
        }
        items = keys.indices.map {
            Item(key: keys[$0], subkey: subkeys[$0], value: values[$0], expiration: expirations[$0], isCache: caches[$0])
        }
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        for item in items { writer.bytes(2, item.key.bytes) }
        for item in items { writer.bytes(3, item.subkey) }
        for item in items { writer.bytes(4, item.value) }
        writer.bytes(5, MessageFields.packed(items.map(\.expiration)))
        writer.bytes(6, MessageFields.packed(items.map(\.isCache)))
        writer.bytes(7, MessageFields.node(node))
        return writer.bytes
    }
}

/// The answer to `StoreRequest`: which of the values were taken, in their order.
public struct StoreResponse: Equatable, Sendable {
    public var stored: [Bool]
    public var node: DHTID?

    public init(_ stored: [Bool], node: DHTID?) { (self.stored, self.node) = (stored, node) }

    public init(bytes: [UInt8]) throws(WireError) {
        self.init([], node: nil)
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 2: try MessageFields.bools(field, into: &stored)
            case 3: node = try MessageFields.node(field)
            default: break
            }
            guard stored.count <= StoreRequest.maximumItems else { throw .malformed("more answers than can be asked for") }
        }
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(2, MessageFields.packed(stored))
        writer.bytes(3, MessageFields.node(node))
        return writer.bytes
    }
}
