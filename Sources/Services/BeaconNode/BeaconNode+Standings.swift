public import BeaconTypes
import Primitives
import SSZ
public import ServiceInterfaces
import StateTransition

extension BeaconNode: ValidatorStandingReader {
    public func standings(of indices: [ValidatorIndex]) -> [ValidatorIndex: ValidatorStanding] {
        let head = view.head
        let state = head.state.state
        let epoch = head.state.currentEpoch
        var standings: [ValidatorIndex: ValidatorStanding] = [:]
        for index in indices where index < UInt64(min(state.validators.count, state.balances.count)) {
            let position = Int(index)
            var standing = ValidatorStanding(
                status: .init(state.validators[position], epoch: epoch), balance: state.balances[position])
            if position < state.inactivityScores.count { standing.inactivityScore = state.inactivityScores[position] }
            if position < state.previousEpochParticipation.count {
                let flags = state.previousEpochParticipation[position]
                standing.previousEpochVotes = .init(
                    source: ParticipationFlag.timelySource.isSet(in: flags), target: ParticipationFlag.timelyTarget.isSet(in: flags),
                    head: ParticipationFlag.timelyHead.isSet(in: flags))
            }
            standings[index] = standing
        }
        return standings
    }
}

extension ValidatorStanding.Status {
    init(_ validator: Validator, epoch: Epoch) {
        if epoch < validator.activationEpoch {
            self = validator.activationEligibilityEpoch == Constant.farFutureEpoch ? .deposited : .pending
        } else if validator.exitEpoch == Constant.farFutureEpoch {
            self = .active
        } else if epoch < validator.exitEpoch {
            self = validator.slashed ? .slashing : .exiting
        } else {
            self = .exited
        }
    }
}
