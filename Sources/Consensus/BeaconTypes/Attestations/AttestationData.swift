public import Primitives
public import SSZ

/// `AttestationData`: what a committee member votes for (phase0 `beacon-chain.md`).
public struct AttestationData: Hashable, Sendable {
    public var slot: Slot = 0
    /// Zero since Electra: the committees are named by `committee_bits`.
    public var index: CommitteeIndex = 0
    /// The LMD-GHOST vote.
    public var beaconBlockRoot: Root = .zero
    public var source = Checkpoint()
    public var target = Checkpoint()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(slot: Slot, index: CommitteeIndex, beaconBlockRoot: Root, source: Checkpoint, target: Checkpoint) {
        self.slot = slot
        self.index = index
        self.beaconBlockRoot = beaconBlockRoot
        self.source = source
        self.target = target
    }
}

extension AttestationData: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("slot", &slot)
        try visitor.visit("index", &index)
        try visitor.visit("beacon_block_root", &beaconBlockRoot)
        try visitor.visit("source", &source, spec)
        try visitor.visit("target", &target, spec)
    }
}
