import BeaconTypes
import SSZ
import StateTransition

/// Runner `epoch_processing`: one step of epoch processing.
enum EpochVectors {
    static func run(_ testCase: SpecTestCase) throws {
        var state = CachedBeaconState(try testCase.value("pre", BeaconState.self), spec: try testCase.spec)
        let expected = try testCase.optionalValue("post", BeaconState.self)
        var refusal: (any Error)?
        do {
            try apply(testCase.handler, to: &state)
        } catch let failure as SpecTestFailure {
            throw failure
        } catch {
            refusal = error
        }
        try Expectation.check(state, expected, refusal)
        try checkWholeEpoch(testCase)
    }

    /// `pre_epoch` and `post_epoch` frame the whole of epoch processing around the step.
    private static func checkWholeEpoch(_ testCase: SpecTestCase) throws {
        guard let pre = try testCase.optionalValue("pre_epoch", BeaconState.self),
            let post = try testCase.optionalValue("post_epoch", BeaconState.self)
        else { return }
        var state = CachedBeaconState(pre, spec: try testCase.spec)
        var refusal: (any Error)?
        do {
            try state.processEpoch()
        } catch {
            refusal = error
        }
        try Expectation.check(state, post, refusal)
    }

    private static func apply(_ handler: String, to state: inout CachedBeaconState) throws {
        switch handler {
        case "justification_and_finalization": try state.processJustificationAndFinalization()
        case "inactivity_updates": try state.processInactivityUpdates()
        case "rewards_and_penalties": try state.processRewardsAndPenalties()
        case "registry_updates": try state.processRegistryUpdates()
        case "slashings": try state.processSlashings()
        case "eth1_data_reset": try state.processEth1DataReset()
        case "pending_deposits": try state.processPendingDeposits()
        case "pending_consolidations": try state.processPendingConsolidations()
        case "effective_balance_updates": try state.processEffectiveBalanceUpdates()
        case "slashings_reset": try state.processSlashingsReset()
        case "randao_mixes_reset": try state.processRandaoMixesReset()
        case "historical_summaries_update": try state.processHistoricalSummariesUpdate()
        case "participation_flag_updates": state.processParticipationFlagUpdates()
        case "sync_committee_updates": try state.processSyncCommitteeUpdates()
        default: throw SpecTestFailure.skipped("epoch step \(handler)")
        }
    }
}
