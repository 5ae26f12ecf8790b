public import Primitives
public import SSZ

/// `SyncCommitteeContribution`: the aggregate of one subcommittee (altair `validator.md`).
public struct SyncCommitteeContribution: Hashable, Sendable {
    public var slot: Slot = 0
    public var beaconBlockRoot: Root = .zero
    public var subcommitteeIndex: UInt64 = 0
    public var aggregationBits = Bitvector()
    public var signature = BLSSignature()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        slot: Slot, beaconBlockRoot: Root, subcommitteeIndex: UInt64, aggregationBits: Bitvector,
        signature: BLSSignature
    ) {
        self.slot = slot
        self.beaconBlockRoot = beaconBlockRoot
        self.subcommitteeIndex = subcommitteeIndex
        self.aggregationBits = aggregationBits
        self.signature = signature
    }
}

extension SyncCommitteeContribution: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("slot", &slot)
        try visitor.visit("beacon_block_root", &beaconBlockRoot)
        try visitor.visit("subcommittee_index", &subcommitteeIndex)
        try visitor.visit("aggregation_bits", &aggregationBits, .length(spec.preset.syncCommitteeSize / Constant.syncCommitteeSubnetCount))
        try visitor.visit("signature", &signature)
    }
}
