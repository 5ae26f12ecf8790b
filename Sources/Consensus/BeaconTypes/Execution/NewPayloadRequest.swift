public import EngineTypes
public import Primitives
public import SSZ

/// `NewPayloadRequest`: what the consensus layer asks the execution layer to verify (electra `beacon-chain.md`).
public struct NewPayloadRequest: Hashable, Sendable {
    public var executionPayload = ExecutionPayload()
    public var versionedHashes: [VersionedHash] = []
    public var parentBeaconBlockRoot: Root = .zero
    public var executionRequests = ExecutionRequests()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        executionPayload: ExecutionPayload, versionedHashes: [VersionedHash], parentBeaconBlockRoot: Root,
        executionRequests: ExecutionRequests
    ) {
        self.executionPayload = executionPayload
        self.versionedHashes = versionedHashes
        self.parentBeaconBlockRoot = parentBeaconBlockRoot
        self.executionRequests = executionRequests
    }
}

extension NewPayloadRequest: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("execution_payload", &executionPayload, spec)
        try visitor.visit("versioned_hashes", &versionedHashes, .limit(spec.preset.maxBlobCommitmentsPerBlock))
        try visitor.visit("parent_beacon_block_root", &parentBeaconBlockRoot)
        try visitor.visit("execution_requests", &executionRequests, spec)
    }
}
