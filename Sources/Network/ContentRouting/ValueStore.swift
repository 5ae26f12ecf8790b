/// Records under keys: the DHT as its users see it.
public protocol ValueStore: Sendable {
    /// Validates, stores and, on a network, replicates a record.
    func put(_ record: DHTRecord) async throws
    /// The live records under these keys; keys without one are absent. On a network one lookup serves them all.
    func get(_ keys: [RecordKey]) async throws -> [RecordKey: DHTRecord]
}

extension ValueStore {
    /// The live record under a key.
    public func get(_ key: RecordKey) async throws -> DHTRecord? { try await get([key])[key] }
}
