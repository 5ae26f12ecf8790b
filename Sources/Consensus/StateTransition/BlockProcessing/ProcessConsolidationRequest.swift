package import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_consolidation_request` (electra beacon-chain, Execution layer consolidation requests). A request that
    /// does not fit is ignored.
    package mutating func processConsolidationRequest(_ request: ConsolidationRequest) throws(StateTransitionError) {
        if let index = try validSwitchToCompoundingRequest(request) {
            try switchToCompoundingValidator(index)
            return
        }
        // Verify that source != target, so a consolidation cannot be used as an exit
        guard request.sourcePubkey != request.targetPubkey else { return }
        // If the pending consolidations queue is full, consolidation requests are ignored
        guard UInt64(state.pendingConsolidations.count) != preset.pendingConsolidationsLimit else { return }
        // If there is too little available consolidation churn limit, consolidation requests are ignored
        guard try getConsolidationChurnLimit() > preset.minActivationBalance else { return }

        // Verify pubkeys exist
        guard let sourceIndex = validatorIndex(of: request.sourcePubkey),
            let targetIndex = validatorIndex(of: request.targetPubkey)
        else { return }
        let source = try validator(sourceIndex)
        let target = try validator(targetIndex)
        // Verify source withdrawal credentials
        guard source.hasExecutionWithdrawalCredential, source.withdrawalAddress == request.sourceAddress else { return }
        // Verify that target has compounding withdrawal credentials
        guard target.hasCompoundingWithdrawalCredential else { return }
        // Verify the source and the target are active
        let currentEpoch = currentEpoch
        guard isActiveValidator(source, currentEpoch), isActiveValidator(target, currentEpoch) else { return }
        // Verify exits for source and target have not been initiated
        guard source.exitEpoch == Constant.farFutureEpoch, target.exitEpoch == Constant.farFutureEpoch else { return }
        // Verify the source has been active long enough
        guard try currentEpoch >= source.activationEpoch +! config.shardCommitteePeriod else { return }
        // Verify the source has no pending withdrawals in the queue
        guard try getPendingBalanceToWithdraw(sourceIndex) == 0 else { return }

        // Initiate source validator exit and append pending consolidation
        let exitEpoch = try computeConsolidationEpochAndUpdateChurn(source.effectiveBalance)
        let position = try position(sourceIndex)
        state.validators[position].exitEpoch = exitEpoch
        state.validators[position].withdrawableEpoch = try exitEpoch +! config.minValidatorWithdrawabilityDelay
        state.pendingConsolidations.append(PendingConsolidation(sourceIndex: sourceIndex, targetIndex: targetIndex))
    }

    /// `is_valid_switch_to_compounding_request` (electra beacon-chain, Execution layer consolidation requests): the
    /// validator that may switch, or `nil`.
    private func validSwitchToCompoundingRequest(
        _ request: ConsolidationRequest
    ) throws(StateTransitionError) -> ValidatorIndex? {
        // Switch to compounding requires source and target be equal
        guard request.sourcePubkey == request.targetPubkey else { return nil }
        // Verify pubkey exists
        guard let index = validatorIndex(of: request.sourcePubkey) else { return nil }
        let source = try validator(index)
        // Verify request has been authorized
        guard source.withdrawalAddress == request.sourceAddress else { return nil }
        // Verify source withdrawal credentials
        guard source.hasEth1WithdrawalCredential else { return nil }
        // Verify the source is active
        guard isActiveValidator(source, currentEpoch) else { return nil }
        // Verify exit for source has not been initiated
        guard source.exitEpoch == Constant.farFutureEpoch else { return nil }
        return index
    }
}
