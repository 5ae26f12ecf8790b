public import BeaconTypes
public import ContentRouting
public import KeyValueStore
public import Logging
public import PeerIdentity
import Primitives
import ServiceInterfaces

/// The DHT of a node without peers: it validates and keeps records and update files as a node of the network does,
/// and is the only one who provides them.
public actor DHTDaemon: LearningTopics {
    /// The tables this daemon needs in its database.
    public static let tables: [KeyValueStore.Table] = [recordTable, blobTable, blobTimeTable]
    /// Those of them in which update files are read.
    public static let contentTables: [KeyValueStore.Table] = [blobTable]
    static let recordTable: KeyValueStore.Table = "records"
    static let blobTable: KeyValueStore.Table = "blobs"
    static let blobTimeTable: KeyValueStore.Table = "blob_times"

    let store: KeyValueStore
    let validator: AckRecordValidator
    let identity: PeerID
    let addresses: [String]
    let limits: Limits
    let now: @Sendable () -> Double
    let logger: Logger
    private var candidateTopic = Broadcast<UpdateCandidate>()
    private var voteTopic = Broadcast<SignedUpdateAck>()
    var blobAnnouncements = Broadcast<Hash32>()

    /// Bounds of what is kept.
    public struct Limits: Sendable {
        /// Bytes of all update files together.
        public var blobBytes = 4 << 30
        /// Records of all kinds.
        public var records = 1 << 20

        public init() {}
    }

    /// - Parameters:
    ///   - store: opened with `DHTDaemon.tables`.
    ///   - now: seconds since the Unix epoch.
    public init(
        store: KeyValueStore, validator: AckRecordValidator, identity: PeerID, addresses: [String], limits: Limits = Limits(),
        now: @escaping @Sendable () -> Double, logger: Logger
    ) {
        self.store = store
        self.validator = validator
        self.identity = identity
        self.addresses = addresses
        self.limits = limits
        self.now = now
        self.logger = logger
    }

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
        candidateTopic.finish()
        voteTopic.finish()
        blobAnnouncements.finish()
    }

    public func announce(_ candidate: UpdateCandidate) { candidateTopic.send(candidate) }
    public func candidates() -> AsyncStream<UpdateCandidate> { candidateTopic.subscribe() }
    public func announce(_ vote: SignedUpdateAck) { voteTopic.send(vote) }
    public func votes() -> AsyncStream<SignedUpdateAck> { voteTopic.subscribe() }
}
