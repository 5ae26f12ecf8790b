import ContentRouting
import ContentShelves
import Kademlia

/// The DHT's view of this node's shelf: what peers store here is judged by the shelf's namespaces. Public keys are kept in
/// memory.
struct ShelfVault: RecordVault {
    /// Seconds that a record lives whose sender names no time.
    static let defaultLife: UInt64 = 3600

    let shelf: RecordShelf
    let memory: MemoryVault
    /// Seconds since the Unix epoch.
    let now: @Sendable () -> Double

    func get(_ key: [UInt8]) async -> KademliaMessage.Record? {
        if memory.judges(key) { return memory.get(key) }
        let (key, time) = (RecordKey(key), now())
        guard let record = try? shelf.get([key], now: time)[key] else { return nil }
        return KademliaMessage.Record(record, now: time)
    }

    func put(_ record: KademliaMessage.Record) async throws -> Bool {
        if memory.judges(record.key) { return try memory.put(record) }
        let time = now()
        do {
            try await shelf.put(record.dhtRecord(now: time), now: time)
            return true
        } catch RoutingError.superseded {
            return false
        }
    }

    func validate(_ record: KademliaMessage.Record) async throws {
        if memory.judges(record.key) { return try memory.validate(record) }
        let time = now()
        try await shelf.validate(record.dhtRecord(now: time), now: time)
    }

    func select(_ records: [KademliaMessage.Record]) async -> Int? {
        guard let first = records.first else { return nil }
        if memory.judges(first.key) { return memory.select(records) }
        let time = now()
        return try? shelf.select(records.map { $0.dhtRecord(now: time) })
    }
}

extension KademliaMessage.Record {
    init(_ record: DHTRecord, now: Double) {
        self.init(key: record.key.bytes, value: record.value, ttl: UInt64(min(max(record.expires - now, 0), 1e9)))
    }

    func dhtRecord(now: Double) -> DHTRecord {
        DHTRecord(key: RecordKey(key), value: value, expires: now + Double(ttl ?? ShelfVault.defaultLife))
    }
}
