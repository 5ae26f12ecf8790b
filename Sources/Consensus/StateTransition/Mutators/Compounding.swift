import BLS
import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// `switch_to_compounding_validator` (electra beacon-chain, Beacon state mutators).
    mutating func switchToCompoundingValidator(_ index: ValidatorIndex) throws(StateTransitionError) {
        let position = try position(index)
        state.validators[position].withdrawalCredentials =
            state.validators[position].withdrawalCredentials.replacingFirstByte(Constant.compoundingWithdrawalPrefix)
        try queueExcessActiveBalance(index)
    }

    /// `queue_excess_active_balance` (electra beacon-chain, Beacon state mutators).
    mutating func queueExcessActiveBalance(_ index: ValidatorIndex) throws(StateTransitionError) {
        let position = try position(index)
        let balance = state.balances[position]
        guard balance > preset.minActivationBalance else { return }
        state.balances[position] = preset.minActivationBalance
        let validator = state.validators[position]
        // The point at infinity stands in for a signature, and GENESIS_SLOT tells this from a deposit request.
        try appendPendingDeposit(
            PendingDeposit(
                pubkey: validator.pubkey, withdrawalCredentials: validator.withdrawalCredentials,
                amount: balance - preset.minActivationBalance, signature: BLS.infinitySignature, slot: 0))
    }

    /// Appends to `pending_deposits`, whose limit is PENDING_DEPOSITS_LIMIT.
    mutating func appendPendingDeposit(_ deposit: PendingDeposit) throws(StateTransitionError) {
        try require(UInt64(state.pendingDeposits.count) < preset.pendingDepositsLimit, .listFull, "pending_deposits")
        state.pendingDeposits.append(deposit)
    }
}

extension Hash32 {
    /// The same 32 bytes with another first one: withdrawal credentials of another kind.
    func replacingFirstByte(_ byte: UInt8) -> Hash32 {
        var copy = self
        copy.withUnsafeMutableBytes { $0[0] = byte }
        return copy
    }
}
