public import Primitives
public import SSZ

/// `LightClientBootstrap`: where a light client starts (electra `light-client/sync-protocol.md`).
public struct LightClientBootstrap: Hashable, Sendable {
    public var header = LightClientHeader()
    public var currentSyncCommittee = SyncCommittee()
    public var currentSyncCommitteeBranch: SSZVector<Bytes32> = []

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        header: LightClientHeader, currentSyncCommittee: SyncCommittee,
        currentSyncCommitteeBranch: SSZVector<Bytes32>
    ) {
        self.header = header
        self.currentSyncCommittee = currentSyncCommittee
        self.currentSyncCommitteeBranch = currentSyncCommitteeBranch
    }
}

extension LightClientBootstrap: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("header", &header, spec)
        try visitor.visit("current_sync_committee", &currentSyncCommittee, spec)
        try visitor.visit("current_sync_committee_branch", &currentSyncCommitteeBranch, .length(Constant.syncCommitteeBranchDepth))
    }
}
