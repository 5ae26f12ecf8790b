import BeaconTypes
import JSON
import SSZ
import StateTransition

/// Runners `sanity`, `finality` and `random`: slots and blocks on a state.
enum BlockVectors {
    /// Handler `sanity/slots`: so many empty slots.
    static func runSlots(_ testCase: SpecTestCase) throws {
        var state = CachedBeaconState(try testCase.value("pre", BeaconState.self), spec: try testCase.spec)
        guard let slots = try testCase.yaml("slots").uint64 else { throw SpecTestFailure("slots.yaml holds no number") }
        try state.processSlots(to: state.state.slot + slots)
        try Expectation.check(state, try testCase.optionalValue("post", BeaconState.self), nil)
    }

    /// Blocks one after the other; the last state is `post`, or one of them is refused.
    static func run(_ testCase: SpecTestCase) throws {
        var state = CachedBeaconState(try testCase.value("pre", BeaconState.self), spec: try testCase.spec)
        let meta = try testCase.yaml("meta")
        let strategy: SignatureStrategy = meta["bls_setting"]?.uint64 == 2 ? .trusted : .batch
        state.trustsDepositSignatures = strategy == .trusted
        var refusal: (any Error)?
        do {
            for index in 0..<(meta["blocks_count"]?.uint64 ?? 0) {
                let block = try testCase.value("blocks_\(index)", SignedBeaconBlock.self)
                try state.stateTransition(block, strategy: strategy)
            }
        } catch let failure as SpecTestFailure {
            throw failure
        } catch {
            refusal = error
        }
        try Expectation.check(state, try testCase.optionalValue("post", BeaconState.self), refusal)
    }
}
