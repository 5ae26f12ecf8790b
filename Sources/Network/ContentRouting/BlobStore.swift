public import Primitives

/// Files by the SHA-256 of their bytes.
public protocol BlobStore: Sendable {
    /// Stores a file, announces it on the topic ``Topic/updateFile``, and returns its id. A known file is announced again.
    func publish(_ blob: [UInt8]) async throws -> Hash32
    /// The file with the given id, from here or from whoever provides it; `nil` when nobody does.
    func fetch(_ id: Hash32) async throws -> [UInt8]?
    /// The same for what may be longer than a file that is kept, and is not kept.
    func fetch(_ id: Hash32, limit: Int) async throws -> [UInt8]?
}

extension BlobStore {
    public func fetch(_ id: Hash32, limit: Int) async throws -> [UInt8]? {
        guard let blob = try await fetch(id), blob.count <= limit else { return nil }
        return blob
    }
}

extension Topic {
    /// Ids of files that somebody provides from now on: 32 bytes each.
    public static let updateFile = Topic("update_file")
}

extension MessageTopics {
    /// Ids of the files announced from now on.
    public func announcedBlobs() async -> TopicStream<Hash32> {
        await subscribe(.updateFile) { Hash32($0) }
    }
}

/// Everything the learning services ask of the network. The solo daemon answers from its own store; libp2p,
/// Kademlia and gossip take its place without their noticing.
public typealias LearningRouting = BlobStore & MessageTopics & ValueStore
