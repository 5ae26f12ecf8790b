public import Primitives
public import SSZ

/// `ContributionAndProof` (altair `validator.md`).
public struct ContributionAndProof: Hashable, Sendable {
    public var aggregatorIndex: ValidatorIndex = 0
    public var contribution = SyncCommitteeContribution()
    public var selectionProof = BLSSignature()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        aggregatorIndex: ValidatorIndex, contribution: SyncCommitteeContribution, selectionProof: BLSSignature
    ) {
        self.aggregatorIndex = aggregatorIndex
        self.contribution = contribution
        self.selectionProof = selectionProof
    }
}

extension ContributionAndProof: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("aggregator_index", &aggregatorIndex)
        try visitor.visit("contribution", &contribution, spec)
        try visitor.visit("selection_proof", &selectionProof)
    }
}
