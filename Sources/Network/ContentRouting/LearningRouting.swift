public import BeaconTypes
public import Primitives

/// Records under keys: the DHT as its users see it.
public protocol ValueStore: Sendable {
    /// Validates, stores and, on a network, replicates a record.
    func put(_ record: DHTRecord) async throws
    /// The live records whose keys begin with `prefix`, at most 2,048.
    func records(prefix: String) async throws -> [DHTRecord]
}

/// Update files by the SHA-256 of their bytes.
public protocol BlobStore: Sendable {
    /// Stores a file, announces it, and returns its id. A known file is announced again.
    func publish(_ blob: [UInt8]) async throws -> Hash32
    /// The file with the given id, from here or from whoever provides it; `nil` when nobody does.
    func fetch(_ id: Hash32) async throws -> [UInt8]?
    /// Ids of the files announced from now on.
    func announcedBlobs() async -> AsyncStream<Hash32>
}

/// What members tell each other at once, beside the DHT: the topics `update_candidate` and `update_ack`.
public protocol LearningTopics: Sendable {
    func announce(_ candidate: UpdateCandidate) async throws
    func candidates() async -> AsyncStream<UpdateCandidate>
    func announce(_ vote: SignedUpdateAck) async throws
    func votes() async -> AsyncStream<SignedUpdateAck>
}

/// Everything the learning services ask of the network. The solo daemon answers from its own store; libp2p,
/// Kademlia and gossip take its place without their noticing.
public typealias LearningRouting = BlobStore & LearningTopics & ValueStore
