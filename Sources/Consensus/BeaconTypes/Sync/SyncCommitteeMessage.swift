public import Primitives
public import SSZ

/// `SyncCommitteeMessage`: one member's signature on a head (altair `validator.md`).
public struct SyncCommitteeMessage: Hashable, Sendable {
    public var slot: Slot = 0
    public var beaconBlockRoot: Root = .zero
    public var validatorIndex: ValidatorIndex = 0
    public var signature = BLSSignature()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(slot: Slot, beaconBlockRoot: Root, validatorIndex: ValidatorIndex, signature: BLSSignature) {
        self.slot = slot
        self.beaconBlockRoot = beaconBlockRoot
        self.validatorIndex = validatorIndex
        self.signature = signature
    }
}

extension SyncCommitteeMessage: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("slot", &slot)
        try visitor.visit("beacon_block_root", &beaconBlockRoot)
        try visitor.visit("validator_index", &validatorIndex)
        try visitor.visit("signature", &signature)
    }
}
