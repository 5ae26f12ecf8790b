import SSZ
import SwiftProtobuf
import BeaconTypes
import GRPCCore
import ServiceInterfaces
import StateTransition

extension BeaconChainService {
    /// How much of the active balance voted in an epoch, as its successor's last state knows it: votes come late.
    func getValidatorParticipation(
        request: Ethereum_Eth_V1alpha1_GetValidatorParticipationRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_ValidatorParticipationResponse {
        let epoch: Epoch =
            switch request.queryFilter {
            case .epoch(let wanted): wanted
            case .genesis: 0
            case nil: view.currentEpoch > 0 ? view.currentEpoch - 1 : 0
            }
        let slots = try view.slots(of: epoch)
        let last = slots.upperBound + view.slotsPerEpoch - 1
        let state = try await view.state(.slot(min(last, max(view.currentSlot, slots.lowerBound))))
        let isOver = state.currentEpoch > epoch
        let flags = isOver ? state.state.previousEpochParticipation : state.state.currentEpochParticipation
        let tally = Tally(Array(flags), epoch: epoch, in: state)
        let current = Tally(Array(state.state.currentEpochParticipation), epoch: state.currentEpoch, in: state)
        let finalized = try await view.state(.head).state.finalizedCheckpoint.epoch
        return .with {
            $0.epoch = epoch
            $0.finalized = epoch <= finalized
            $0.participation = .with {
                $0.globalParticipationRate = tally.active == 0 ? 0 : Float(tally.target) / Float(tally.active)
                $0.votedEther = tally.target
                $0.eligibleEther = tally.active
                $0.currentEpochActiveGwei = current.active
                $0.currentEpochAttestingGwei = current.source
                $0.currentEpochTargetAttestingGwei = current.target
                $0.previousEpochActiveGwei = tally.active
                $0.previousEpochAttestingGwei = tally.source
                $0.previousEpochTargetAttestingGwei = tally.target
                $0.previousEpochHeadAttestingGwei = tally.head
            }
        }
    }
}

/// Effective balances by what their validators voted for in time, the slashed left out.
private struct Tally {
    var active: Gwei = 0
    var source: Gwei = 0
    var target: Gwei = 0
    var head: Gwei = 0

    init(_ flags: [ParticipationFlags], epoch: Epoch, in state: CachedBeaconState) {
        for (validator, flags) in zip(state.state.validators, flags) where isActiveValidator(validator, epoch) {
            active &+= validator.effectiveBalance
            guard !validator.slashed else { continue }
            // Bits 0, 1 and 2: timely source, target, head (altair).
            if flags & 1 != 0 { source &+= validator.effectiveBalance }
            if flags & 2 != 0 { target &+= validator.effectiveBalance }
            if flags & 4 != 0 { head &+= validator.effectiveBalance }
        }
    }
}
