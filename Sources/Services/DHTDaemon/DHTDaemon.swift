public import ContentNetwork
public import ContentRouting
import ContentShelves
public import KeyValueStore
import LibP2P
public import Logging
public import NIOCore
public import PeerIdentity
public import Primitives
import UpdateCodec

/// The DHT of a node: its shelves and topics, and with a network those of its peers. Without one it is the only one who
/// provides what it holds, judged as a node of the network judges it.
public actor DHTDaemon {
    /// The tables this daemon needs in its database.
    public static let tables: [KeyValueStore.Table] = RecordShelf.tables + BlobShelf.tables

    let records: RecordShelf
    let blobs: BlobShelf
    let topics = LocalTopics()
    let identity: PeerID
    let addresses: [String]
    let now: @Sendable () -> Double
    let logger: Logger
    /// What connects it with others, if anything does.
    nonisolated let network: ContentNetwork?
    let peerCache: PeerCacheFile?

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
        (network, peerCache) = (nil, nil)
        records = RecordShelf(store: store, namespaces: namespaces, limit: limits.records)
        blobs = BlobShelf(store: store, limit: limits.fileBytes, capacity: limits.blobBytes)
        self.identity = identity
        self.addresses = addresses
        self.now = now
        self.logger = logger
    }

    private init(
        records: RecordShelf, blobs: BlobShelf, network: ContentNetwork, peerCache: PeerCacheFile?, now: @escaping @Sendable () -> Double,
        logger: Logger
    ) {
        (self.records, self.blobs, self.network, self.peerCache) = (records, blobs, network, peerCache)
        (identity, addresses) = (network.host.peerID, [])
        self.now = now
        self.logger = logger
    }

    /// A daemon that takes part in the network, and its place there.
    ///
    /// - Parameters:
    ///   - group: runs its connections.
    ///   - peerCache: where its peers are kept for the next start.
    public static func networked(
        store: KeyValueStore, namespaces: [RecordNamespace], network setting: ContentNetwork.Setting, group: any EventLoopGroup,
        peerCache: PeerCacheFile? = nil, limits: Limits = Limits(), now: @escaping @Sendable () -> Double, logger: Logger
    ) -> (DHTDaemon, ContentNetwork) {
        var setting = setting
        if let peerCache { setting.cachedPeers += peerCache.read() }
        let records = RecordShelf(store: store, namespaces: namespaces, limit: limits.records)
        let blobs = BlobShelf(store: store, limit: limits.fileBytes, capacity: limits.blobBytes)
        let network = ContentNetwork(setting, records: records, blobs: blobs, group: group, now: now, logger: logger)
        return (
            DHTDaemon(records: records, blobs: blobs, network: network, peerCache: peerCache, now: now, logger: logger), network
        )
    }

    /// Forgets records whose time has come.
    func removeExpired() throws { try records.removeExpired(now: now()) }

    /// Runs the network, and removes expired records every minute, until cancelled.
    public func run() async {
        await withDiscardingTaskGroup { tasks in
            if let network {
                tasks.addTask { await network.run() }
                tasks.addTask { await self.keepPeers(of: network) }
            }
            tasks.addTask { await self.keepClean() }
        }
        await topics.finish()
    }

    private func keepPeers(of network: ContentNetwork) async {
        guard let peerCache else { return }
        var isOver = false
        while !isOver {
            isOver = (try? await Task.sleep(for: .seconds(30))) == nil
            let peers = network.cacheablePeers()
            guard !peers.isEmpty else { continue }
            do { try peerCache.write(peers) } catch { logger.warning("cannot write the peers for the next start: \(error)") }
        }
    }

    private func keepClean() async {
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
    }
}

extension DHTDaemon: ValueStore {
    public func put(_ record: DHTRecord) async throws {
        if let network { try await network.put(record) } else { try await records.put(record, now: now()) }
        logger.debug("stored record", metadata: ["key": "\(record.key)"])
    }

    public func get(_ keys: [RecordKey]) async throws -> [RecordKey: DHTRecord] {
        if let network { return try await network.get(keys) }
        return try records.get(keys, now: now())
    }
}

extension DHTDaemon: BlobStore {
    public func publish(_ blob: [UInt8]) async throws -> Hash32 {
        if let network { return try await network.publish(blob) }
        let id = try blobs.put(blob, now: now())
        await topics.publish(id.bytes, on: .updateFile)
        return id
    }

    public func fetch(_ id: Hash32) async throws -> [UInt8]? {
        if let network { return try await network.fetch(id) }
        return try blobs.get(id)
    }

    public func fetch(_ id: Hash32, limit: Int) async throws -> [UInt8]? {
        if let network { return try await network.fetch(id, limit: limit) }
        return try blobs.get(id)
    }

    /// Gives peers what `read` has besides files, by its hash and piece by piece.
    public nonisolated func lend(_ read: @escaping ContentNetwork.Lender) { network?.lend(read) }
}

extension DHTDaemon: BlobRetention {
    public func blobFill() throws -> Double { try blobs.fill() }
    public func blobs(olderThan seconds: Double) throws -> [Hash32] { try blobs.ids(olderThan: seconds, now: now()) }
    public func remove(_ ids: [Hash32]) throws { try blobs.remove(ids) }
}

extension DHTDaemon: MessageTopics {
    public func publish(_ data: [UInt8], on topic: Topic) async throws {
        if let network { try await network.publish(data, on: topic) } else { await topics.publish(data, on: topic) }
    }

    public func subscribe(
        _ topic: Topic, validate: @escaping @Sendable (TopicMessage) async -> MessageVerdict
    ) async -> AsyncStream<TopicMessage> {
        if let network { return await network.subscribe(topic, validate: validate) }
        return await topics.subscribe(topic, validate: validate)
    }
}
