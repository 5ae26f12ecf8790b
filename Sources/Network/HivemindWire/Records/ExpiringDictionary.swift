import MessagePack

/// A value of the DHT that several peers write, each its own entry with its own expiration: extension type 0x50 around
/// `[maximum size, latest expiration, [[subkey, value, expiration], …]]`.
public struct ExpiringDictionary: Equatable, Sendable {
    /// Entries that are read.
    public static let maximumEntries = 4096
    private static let limits = MessagePackLimits(maximumSize: UnaryFrame.maximumSize, maximumDepth: 12, maximumValues: 8 * maximumEntries)

    public struct Entry: Equatable, Sendable {
        public var subkey: Subkey
        public var value: [UInt8]
        /// Seconds since the Unix epoch.
        public var expiration: Double

        public init(subkey: Subkey, value: [UInt8], expiration: Double) {
            (self.subkey, self.value, self.expiration) = (subkey, value, expiration)
        }
    }

    /// In the order in which they stand.
    public var entries: [Entry]

    public init(_ entries: [Entry] = []) { self.entries = entries }

    /// When the last entry expires.
    public var latestExpiration: Double { entries.lazy.map(\.expiration).max() ?? -.infinity }

    /// Reads the MessagePack form. What it says of its size and latest expiration is passed over: the entries say it.
    /// Of two entries under one subkey the one that expires later counts.
    public init(bytes: [UInt8]) throws(HivemindError) {
        guard case .extended(MessagePackValue.dictionaryType, let data) = try Self.read(bytes),
            case .array(let inner) = try Self.read(data), inner.count == 3, let items = inner[2].array
        else { throw .malformed("a value that should be a dictionary") }
        guard items.count <= Self.maximumEntries else { throw .tooMany("entries in a dictionary", limit: Self.maximumEntries) }
        self.init()
        var places: [Subkey: Int] = [:]
        for item in items {
            guard let parts = item.array, parts.count == 3, let value = parts[1].binary, let expiration = parts[2].double else {
                throw .malformed("an entry of a dictionary")
            }
            let entry = Entry(subkey: try Subkey(parts[0]), value: value, expiration: expiration)
            if let place = places[entry.subkey] {
                if expiration > entries[place].expiration { entries[place] = entry }
            } else {
                places[entry.subkey] = entries.count
                entries.append(entry)
            }
        }
    }

    private static func read(_ bytes: [UInt8]) throws(HivemindError) -> MessagePackValue {
        do { return try MessagePackValue(bytes: bytes, limits: limits) } catch { throw .messagePack(error) }
    }

    public var bytes: [UInt8] {
        let items = entries.map { MessagePackValue.array([$0.subkey.value, .binary($0.value), .float($0.expiration)]) }
        // Python's size without a limit is infinity.
        let inner = MessagePackValue.array([.float(.infinity), .float(latestExpiration), .array(items)])
        return MessagePackValue.extended(type: MessagePackValue.dictionaryType, data: inner.bytes).bytes
    }
}
