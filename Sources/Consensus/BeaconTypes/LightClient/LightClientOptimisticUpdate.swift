public import SSZ

/// `LightClientOptimisticUpdate`: a new head (electra `light-client/sync-protocol.md`).
public struct LightClientOptimisticUpdate: Hashable, Sendable {
    public var attestedHeader = LightClientHeader()
    public var syncAggregate = SyncAggregate()
    public var signatureSlot: Slot = 0

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(attestedHeader: LightClientHeader, syncAggregate: SyncAggregate, signatureSlot: Slot) {
        self.attestedHeader = attestedHeader
        self.syncAggregate = syncAggregate
        self.signatureSlot = signatureSlot
    }
}

extension LightClientOptimisticUpdate: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("attested_header", &attestedHeader, spec)
        try visitor.visit("sync_aggregate", &syncAggregate, spec)
        try visitor.visit("signature_slot", &signatureSlot)
    }
}
