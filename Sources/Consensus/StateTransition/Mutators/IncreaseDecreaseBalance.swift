import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `increase_balance` (phase0 beacon-chain, Beacon state mutators).
    mutating func increaseBalance(_ index: ValidatorIndex, _ delta: Gwei) throws(StateTransitionError) {
        let position = try position(index)
        state.balances[position] = try state.balances[position] +! delta
    }

    /// `decrease_balance` (phase0 beacon-chain, Beacon state mutators): never below zero.
    mutating func decreaseBalance(_ index: ValidatorIndex, _ delta: Gwei) throws(StateTransitionError) {
        let position = try position(index)
        state.balances[position] = state.balances[position].saturatingSubtracting(delta)
    }
}
