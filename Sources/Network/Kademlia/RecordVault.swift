/// Where a node of the DHT keeps records, and who judges them. A record that `validate` refuses is neither kept, returned nor
/// believed.
public protocol RecordVault: Sendable {
    /// The live, valid record under `key`.
    func get(_ key: [UInt8]) async -> KademliaMessage.Record?
    /// Keeps a record if it is valid and better than what is there. Returns whether it, or an equal one, is kept now.
    func put(_ record: KademliaMessage.Record) async throws -> Bool
    /// Throws where `record` is none for its key.
    func validate(_ record: KademliaMessage.Record) async throws
    /// The place of the best of records that are all valid and of one key.
    func select(_ records: [KademliaMessage.Record]) async -> Int?
}
