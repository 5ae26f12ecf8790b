public import Primitives
public import SSZ

/// `SyncAggregate`: the sync committee's signature on the previous block (altair `beacon-chain.md`).
public struct SyncAggregate: Hashable, Sendable {
    public var syncCommitteeBits = Bitvector()
    public var syncCommitteeSignature = BLSSignature()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(syncCommitteeBits: Bitvector, syncCommitteeSignature: BLSSignature) {
        self.syncCommitteeBits = syncCommitteeBits
        self.syncCommitteeSignature = syncCommitteeSignature
    }
}

extension SyncAggregate: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("sync_committee_bits", &syncCommitteeBits, .length(spec.preset.syncCommitteeSize))
        try visitor.visit("sync_committee_signature", &syncCommitteeSignature)
    }
}
