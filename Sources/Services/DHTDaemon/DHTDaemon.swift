public import ContentRouting
import ContentShelves
public import KeyValueStore
public import Logging
public import PeerIdentity
public import Primitives
import UpdateCodec

/// The DHT of a node without peers: its own shelves and topics, judged as a node of the network judges them. It is the
/// only one who provides what it holds.
public actor DHTDaemon {
    /// The tables this daemon needs in its database.
    public static let tables: [KeyValueStore.Table] = [RecordShelf.table] + BlobShelf.tables

    let records: RecordShelf
    let blobs: BlobShelf
    let topics = LocalTopics()
    let identity: PeerID
    let addresses: [String]
    let now: @Sendable () -> Double
    let logger: Logger

    /// Bounds of what is kept.
    public struct Limits: Sendable {
        /// Bytes of one update file.
        public var fileBytes = UpdateFile.maximumSize
        /// Bytes of all update files together.
        public var blobBytes = 4 << 30
        /// Records of all kinds.
        public var records = 1 << 20

        public init() {}
    }

    /// - Parameters:
    ///   - store: opened with `DHTDaemon.tables`.
    ///   - namespaces: the kinds of records that it keeps, and who judges them.
    ///   - now: seconds since the Unix epoch.
    public init(
        store: KeyValueStore, namespaces: [RecordNamespace], identity: PeerID, addresses: [String],
        limits: Limits = Limits(), now: @escaping @Sendable () -> Double, logger: Logger
    ) {
        records = RecordShelf(store: store, namespaces: namespaces, limit: limits.records)
        blobs = BlobShelf(store: store, limit: limits.fileBytes, capacity: limits.blobBytes)
        self.identity = identity
        self.addresses = addresses
        self.now = now
        self.logger = logger
    }

    /// Forgets records whose time has come.
    func removeExpired() throws { try records.removeExpired(now: now()) }

    /// Removes expired records every minute until cancelled.
    public func run() async {
        while !Task.isCancelled {
            do {
                try removeExpired()
                try await Task.sleep(for: .seconds(60))
            } catch is CancellationError {
                break
            } catch {
                logger.warning("cannot remove expired records: \(error)")
                try? await Task.sleep(for: .seconds(60))
            }
        }
        await topics.finish()
    }
}

extension DHTDaemon: ValueStore {
    public func put(_ record: DHTRecord) async throws {
        try await records.put(record, now: now())
        logger.debug("stored record", metadata: ["key": "\(record.key)"])
    }

    public func get(_ keys: [RecordKey]) throws -> [RecordKey: DHTRecord] { try records.get(keys, now: now()) }
}

extension DHTDaemon: BlobStore {
    public func publish(_ blob: [UInt8]) async throws -> Hash32 {
        let id = try blobs.put(blob, now: now())
        await topics.publish(id.bytes, on: .updateFile)
        return id
    }

    public func fetch(_ id: Hash32) throws -> [UInt8]? { try blobs.get(id) }
}

extension DHTDaemon: BlobRetention {
    public func blobFill() throws -> Double { try blobs.fill() }
    public func blobs(olderThan seconds: Double) throws -> [Hash32] { try blobs.ids(olderThan: seconds, now: now()) }
    public func remove(_ ids: [Hash32]) throws { try blobs.remove(ids) }
}

extension DHTDaemon: MessageTopics {
    public func publish(_ data: [UInt8], on topic: Topic) async { await topics.publish(data, on: topic) }

    public func subscribe(
        _ topic: Topic, validate: @escaping @Sendable (TopicMessage) async -> MessageVerdict
    ) async -> AsyncStream<TopicMessage> { await topics.subscribe(topic, validate: validate) }
}
