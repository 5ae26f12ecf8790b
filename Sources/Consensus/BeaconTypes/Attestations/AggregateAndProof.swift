public import Primitives
public import SSZ

/// `AggregateAndProof`: an aggregate with the proof that its author was chosen to aggregate (electra `validator.md`).
public struct AggregateAndProof: Hashable, Sendable {
    public var aggregatorIndex: ValidatorIndex = 0
    public var aggregate = Attestation()
    public var selectionProof = BLSSignature()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(aggregatorIndex: ValidatorIndex, aggregate: Attestation, selectionProof: BLSSignature) {
        self.aggregatorIndex = aggregatorIndex
        self.aggregate = aggregate
        self.selectionProof = selectionProof
    }
}

extension AggregateAndProof: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("aggregator_index", &aggregatorIndex)
        try visitor.visit("aggregate", &aggregate, spec)
        try visitor.visit("selection_proof", &selectionProof)
    }
}
