import BeaconTypes
import SSZ
import StateTransition

/// Runner `rewards`: the deltas of each participation flag and of inactivity.
enum RewardVectors {
    static func run(_ testCase: SpecTestCase) throws {
        let spec = try testCase.spec
        let state = CachedBeaconState(try testCase.value("pre", BeaconState.self), spec: spec)
        try check(testCase, "source_deltas", try state.getFlagIndexDeltas(.timelySource))
        try check(testCase, "target_deltas", try state.getFlagIndexDeltas(.timelyTarget))
        try check(testCase, "head_deltas", try state.getFlagIndexDeltas(.timelyHead))
        try check(testCase, "inactivity_penalty_deltas", try state.getInactivityPenaltyDeltas())
    }

    private static func check(_ testCase: SpecTestCase, _ name: String, _ actual: Deltas) throws {
        let expected = try testCase.value(name, DeltasContainer.self)
        if expected.rewards != actual.rewards { throw SpecTestFailure("\(name): rewards differ") }
        if expected.penalties != actual.penalties { throw SpecTestFailure("\(name): penalties differ") }
    }
}

/// `Deltas` as the vectors store them (consensus-specs `tests/formats/rewards`).
struct DeltasContainer: BeaconContainer, Hashable {
    var rewards: [Gwei] = []
    var penalties: [Gwei] = []

    mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("rewards", &rewards, .limit(spec.preset.validatorRegistryLimit))
        try visitor.visit("penalties", &penalties, .limit(spec.preset.validatorRegistryLimit))
    }
}
