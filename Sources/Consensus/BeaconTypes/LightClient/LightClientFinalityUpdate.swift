public import Primitives
public import SSZ

/// `LightClientFinalityUpdate`: a new finalized header (electra `light-client/sync-protocol.md`).
public struct LightClientFinalityUpdate: Hashable, Sendable {
    public var attestedHeader = LightClientHeader()
    public var finalizedHeader = LightClientHeader()
    public var finalityBranch: SSZVector<Bytes32> = []
    public var syncAggregate = SyncAggregate()
    public var signatureSlot: Slot = 0

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        attestedHeader: LightClientHeader, finalizedHeader: LightClientHeader, finalityBranch: SSZVector<Bytes32>,
        syncAggregate: SyncAggregate, signatureSlot: Slot
    ) {
        self.attestedHeader = attestedHeader
        self.finalizedHeader = finalizedHeader
        self.finalityBranch = finalityBranch
        self.syncAggregate = syncAggregate
        self.signatureSlot = signatureSlot
    }
}

extension LightClientFinalityUpdate: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("attested_header", &attestedHeader, spec)
        try visitor.visit("finalized_header", &finalizedHeader, spec)
        try visitor.visit("finality_branch", &finalityBranch, .length(Constant.finalityBranchDepth))
        try visitor.visit("sync_aggregate", &syncAggregate, spec)
        try visitor.visit("signature_slot", &signatureSlot)
    }
}
