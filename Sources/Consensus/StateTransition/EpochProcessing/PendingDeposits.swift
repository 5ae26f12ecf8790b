import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_pending_deposits` (electra beacon-chain, Pending deposits).
    package mutating func processPendingDeposits() throws(StateTransitionError) {
        guard !state.pendingDeposits.isEmpty else {
            state.depositBalanceToConsume = 0
            return
        }
        let nextEpoch = try currentEpoch +! 1
        let available = try state.depositBalanceToConsume +! getActivationExitChurnLimit()
        var processedAmount: Gwei = 0
        var processedCount = 0
        var postponed: [PendingDeposit] = []
        var isChurnLimitReached = false
        let finalizedSlot = try computeStartSlotAtEpoch(state.finalizedCheckpoint.epoch)

        for deposit in state.pendingDeposits {
            // Deposit requests wait until the Eth1 bridge deposits are applied
            if deposit.slot > 0 && state.eth1DepositIndex < state.depositRequestsStartIndex { break }
            // Check if deposit has been finalized, otherwise, stop processing
            if deposit.slot > finalizedSlot { break }
            // Check if number of processed deposits has not reached the limit, otherwise, stop processing
            if UInt64(processedCount) >= preset.maxPendingDepositsPerEpoch { break }

            // Read validator state
            var isExited = false
            var isWithdrawn = false
            if let index = validatorIndex(of: deposit.pubkey) {
                let validator = try validator(index)
                isExited = validator.exitEpoch < Constant.farFutureEpoch
                isWithdrawn = validator.withdrawableEpoch < nextEpoch
            }

            if isWithdrawn {
                // Deposited balance will never become active: it consumes no churn
                try applyPendingDeposit(deposit)
            } else if isExited {
                // Validator is exiting, postpone the deposit until after withdrawable epoch
                postponed.append(deposit)
            } else {
                // Check if deposit fits in the churn, otherwise, do no more deposit processing in this epoch
                isChurnLimitReached = try processedAmount +! deposit.amount > available
                if isChurnLimitReached { break }
                // Consume churn and apply deposit
                processedAmount += deposit.amount
                try applyPendingDeposit(deposit)
            }
            // Regardless of how the deposit was handled, we move on in the queue
            processedCount += 1
        }

        if processedCount > 0 {
            state.pendingDeposits.removeFirst(processedCount)
            state.pendingDeposits.append(contentsOf: postponed)
        }
        // Accumulate churn only if the churn limit has been hit
        state.depositBalanceToConsume = isChurnLimitReached ? available - processedAmount : 0
    }

    /// `apply_pending_deposit` (electra beacon-chain, Pending deposits).
    private mutating func applyPendingDeposit(_ deposit: PendingDeposit) throws(StateTransitionError) {
        if let index = validatorIndex(of: deposit.pubkey) {
            try increaseBalance(index, deposit.amount)
        } else if isValidDepositSignature(
            deposit.pubkey, deposit.withdrawalCredentials, deposit.amount, deposit.signature)
        {
            try addValidatorToRegistry(deposit.pubkey, deposit.withdrawalCredentials, deposit.amount)
        }
    }
}
