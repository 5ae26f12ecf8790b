public import Primitives
public import SSZ

/// `SyncCommittee`: the validators who sign every head for light clients (altair `beacon-chain.md`).
public struct SyncCommittee: Hashable, Sendable {
    public var pubkeys: SSZVector<BLSPubkey> = []
    public var aggregatePubkey = BLSPubkey()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(pubkeys: SSZVector<BLSPubkey>, aggregatePubkey: BLSPubkey) {
        self.pubkeys = pubkeys
        self.aggregatePubkey = aggregatePubkey
    }
}

extension SyncCommittee: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("pubkeys", &pubkeys, .length(spec.preset.syncCommitteeSize))
        try visitor.visit("aggregate_pubkey", &aggregatePubkey)
    }
}
