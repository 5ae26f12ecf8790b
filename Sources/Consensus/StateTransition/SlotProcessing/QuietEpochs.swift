import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// The last slot through which nothing happens in a resting `pol` chain: `process_epoch` at the end of the state's own slot
    /// and of each one up to it changes only what `rest(until:)` changes. `nil` where something happens at once.
    ///
    /// The steps of `process_epoch` in their order, and when each does nothing: justification, without flags and once the bits have
    /// run out; inactivity, rewards and penalties, in idle epochs; registry updates, slashings, deposits, consolidations and
    /// effective balances, while no validator's dates come up and no queue moves. The rest is what `rest(until:)` does.
    func lastQuietSlot() -> Slot? {
        let epoch = currentEpoch
        guard preset.slotsPerEpoch == 1, isIdleEpoch, epoch > 1, !state.latestBlockHeader.stateRoot.isZero else { return nil }
        guard (0..<state.justificationBits.count).allSatisfy({ !state.justificationBits[$0] }),
            state.previousJustifiedCheckpoint == state.currentJustifiedCheckpoint,
            state.previousEpochParticipation.allSatisfy({ $0 == 0 }), state.currentEpochParticipation.allSatisfy({ $0 == 0 })
        else { return nil }
        do {
            // Nobody's votes count as one increment, which must be less than two thirds.
            guard try getTotalActiveBalance() *! 2 > preset.effectiveBalanceIncrement *! 3 else { return nil }
            guard try areQueuesQuiet(), let event = try nextRegistryEvent() else { return nil }
            // What happens when an epoch's number is reached may begin in the epoch before: leave both to the plain steps.
            var last = event == .max ? Epoch.max - 1 : event.saturatingSubtracting(2)
            if !state.eth1DataVotes.isEmpty {
                let period = preset.epochsPerEth1VotingPeriod
                last = min(last, (try epoch / period *! period +! period).saturatingSubtracting(2))
            }
            return last > epoch ? last : nil
        } catch {
            return nil
        }
    }

    /// Whether no queue moves before some validator's date comes up.
    private func areQueuesQuiet() throws(StateTransitionError) -> Bool {
        guard state.depositBalanceToConsume == 0 else { return false }
        if let deposit = state.pendingDeposits.first {
            let isBridging = deposit.slot > 0 && state.eth1DepositIndex < state.depositRequestsStartIndex
            let isFinalized = deposit.slot <= (try computeStartSlotAtEpoch(state.finalizedCheckpoint.epoch))
            guard isBridging || !isFinalized else { return false }
        }
        if let consolidation = state.pendingConsolidations.first {
            let source = try validator(consolidation.sourceIndex)
            guard !source.slashed, try source.withdrawableEpoch > currentEpoch +! 1 else { return false }
        }
        var slashed: Gwei = 0
        for entry in state.slashings { slashed = try slashed +! entry }
        _ = try slashed *! preset.proportionalSlashingMultiplierBellatrix
        return true
    }

    /// The first later epoch that is one of a validator's dates, `.max` for none; `nil` where one changes in this epoch.
    private func nextRegistryEvent() throws(StateTransitionError) -> Epoch? {
        let epoch = currentEpoch
        let rule = EffectiveBalanceRule(preset)
        var next = Epoch.max
        for position in 0..<state.validators.count {
            let validator = state.validators[position]
            guard !isEligibleForActivationQueue(validator), !isEligibleForActivation(validator),
                validator.effectiveBalance > config.ejectionBalance || validator.exitEpoch != Constant.farFutureEpoch
                    || !isActiveValidator(validator, epoch)
            else { return nil }
            let balance = state.balances[position]
            if try rule.isOutOfBounds(validator.effectiveBalance, balance: balance),
                rule.update(validator, balance: balance) != validator.effectiveBalance
            {
                return nil
            }
            for date in [validator.activationEpoch, validator.exitEpoch, validator.withdrawableEpoch] where date >= epoch {
                next = min(next, date)
            }
            if validator.slashed {
                let penalty = validator.withdrawableEpoch.saturatingSubtracting(preset.epochsPerSlashingsVector / 2)
                if penalty >= epoch { next = min(next, penalty) }
            }
        }
        return next
    }
}
