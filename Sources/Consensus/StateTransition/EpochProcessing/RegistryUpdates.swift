import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_registry_updates` (electra beacon-chain, Registry updates): activation eligibility, ejections and
    /// activations in one pass.
    mutating func processRegistryUpdates(_ columns: EpochColumns) throws(StateTransitionError) {
        let currentEpoch = currentEpoch
        let activationEpoch = try computeActivationExitEpoch(currentEpoch)
        try columns.forEach(with: .onTheMove) { (position) throws(StateTransitionError) in
            let validator = state.validators[position]
            if isEligibleForActivationQueue(validator) {
                state.validators[position].activationEligibilityEpoch = try currentEpoch +! 1
            } else if isActiveValidator(validator, currentEpoch) && validator.effectiveBalance <= config.ejectionBalance {
                try initiateValidatorExit(ValidatorIndex(position))
            } else if isEligibleForActivation(validator) {
                state.validators[position].activationEpoch = activationEpoch
            }
        }
    }
}
