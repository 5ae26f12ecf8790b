public import Primitives
public import SSZ

/// `UpdateCandidate`: the manifest of an aggregated update; its root is the update id. Part of the `pol` fork.
public struct UpdateCandidate: Hashable, Sendable {
    public var baseModelRoot: Bytes32 = .zero
    /// The adapter that the update continues.
    public var parentAdapterRoot: Bytes32 = .zero
    public var slot: Slot = 0
    public var author: ValidatorIndex = 0
    public var inputs: [CandidateInput] = []
    /// The inputs that aggregation kept: those are averaged and paid.
    public var selected = Bitlist()

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(
        baseModelRoot: Bytes32, parentAdapterRoot: Bytes32, slot: Slot, author: ValidatorIndex,
        inputs: [CandidateInput], selected: Bitlist
    ) {
        self.baseModelRoot = baseModelRoot
        self.parentAdapterRoot = parentAdapterRoot
        self.slot = slot
        self.author = author
        self.inputs = inputs
        self.selected = selected
    }
}

extension UpdateCandidate: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("base_model_root", &baseModelRoot)
        try visitor.visit("parent_adapter_root", &parentAdapterRoot)
        try visitor.visit("slot", &slot)
        try visitor.visit("author", &author)
        try visitor.visit("inputs", &inputs, .limit(Constant.maxUpdateInputs, of: spec))
        try visitor.visit("selected", &selected, .limit(Constant.maxUpdateInputs))
    }
}
