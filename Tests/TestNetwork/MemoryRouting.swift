import AckRecords
public import BeaconTypes
public import ContentRouting
public import Primitives
import SSZ

/// A network of one in memory: what was published, put and announced. It validates no record.
public actor MemoryRouting: BlobStore, MessageTopics, ValueStore {
    public private(set) var blobs: [Hash32: [UInt8]] = [:]
    /// Candidates and votes in the order of their announcement.
    public private(set) var announced: [UpdateCandidate] = []
    public private(set) var announcedVotes: [SignedUpdateAck] = []
    /// Records in the order in which they were put.
    public private(set) var stored: [DHTRecord] = []
    /// How often records were asked for.
    public private(set) var lookups = 0
    private let topics = LocalTopics()
    private let announcesHeld: Bool

    /// - Parameter announcesHeld: whether those who subscribe hear of the files that are here already, and of no more.
    public init(announcesHeld: Bool = false) { self.announcesHeld = announcesHeld }

    public func publish(_ blob: [UInt8]) async -> Hash32 {
        let id = SHA256.hash(blob)
        blobs[id] = blob
        await topics.publish(id.bytes, on: .updateFile)
        return id
    }

    public func fetch(_ id: Hash32) -> [UInt8]? { blobs[id] }
    public func drop(_ ids: [Hash32]) { for id in ids { blobs[id] = nil } }

    public func publish(_ data: [UInt8], on topic: Topic) async throws {
        switch topic {
        case .updateCandidate: announced.append(try UpdateCandidate(deserializing: data, .pol))
        case .updateAck: announcedVotes.append(try SignedUpdateAck(deserializing: data, .pol))
        default: break
        }
        await topics.publish(data, on: topic)
    }

    public func subscribe(
        _ topic: Topic, validate: @escaping @Sendable (TopicMessage) async -> MessageVerdict
    ) async -> AsyncStream<TopicMessage> {
        guard announcesHeld else { return await topics.subscribe(topic, validate: validate) }
        let (stream, continuation) = AsyncStream.makeStream(of: TopicMessage.self)
        if topic == .updateFile { for id in blobs.keys { continuation.yield(TopicMessage(topic: topic, data: id.bytes)) } }
        continuation.finish()
        return stream
    }

    public func put(_ record: DHTRecord) { stored.append(record) }

    public func get(_ keys: [RecordKey]) -> [RecordKey: DHTRecord] {
        lookups += 1
        return Dictionary(stored.filter { keys.contains($0.key) }.map { ($0.key, $0) }) { _, newer in newer }
    }

    /// Ends every subscription.
    public func finish() async { await topics.finish() }
}
