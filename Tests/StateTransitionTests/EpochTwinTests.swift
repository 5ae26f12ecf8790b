import BeaconTypes
import Primitives
import SSZ
import Testing

@testable import StateTransition

/// An epoch's end with what is kept from epoch to epoch against the specification's steps one by one, each of which reads the
/// registry anew.
@Suite struct EpochTwinTests {
    @Test(arguments: 0..<12) func epochsEqualTheirSlowTwin(seed: UInt64) throws {
        var draw = Draw(seed)
        var fast = try crowd(size: 900, &draw, hasScores: seed % 2 == 0, isLeaking: seed % 3 == 0)
        var other = fast
        for round in 0..<6 {
            var slow = fast
            slow.resetCaches()
            let outcome = Result { try fast.processEpoch() }
            let expected = Result { try slow.processEpochOneStepAtATime() }
            #expect((try? outcome.get()) != nil && (try? expected.get()) != nil, "\(outcome), \(expected)")
            #expect(fast.state.balances == slow.state.balances, "round \(round)")
            #expect(fast.state.validators == slow.state.validators, "round \(round)")
            #expect(fast.hashTreeRoot() == slow.hashTreeRoot(), "round \(round)")
            // Another branch goes on with the columns of an epoch that this one has left.
            if round == 2 { swap(&fast, &other) }
            fast.state.slot += fast.preset.slotsPerEpoch
            disturb(&fast, &draw)
        }
    }

    @Test func keptColumnsAreThoseReadAnew() throws {
        var draw = Draw(77)
        var state = try crowd(size: 700, &draw, hasScores: false, isLeaking: false)
        for round in 0..<40 {
            let kept = state.updatedColumns()
            let fresh = EpochColumns(state)
            #expect(kept.flags == fresh.flags && kept.effectiveBalances == fresh.effectiveBalances, "round \(round)")
            for wanted in [EpochColumns.Flags.slashed, .onTheMove] {
                var found: [Int] = []
                try kept.forEach(with: wanted) { found.append($0) }
                #expect(found == fresh.flags.indices.filter { fresh.flags[$0].contains(wanted) }, "round \(round)")
            }
            if round % 3 != 0 { state.state.slot += state.preset.slotsPerEpoch }
            if round % 4 != 0 { disturb(&state, &draw) }
            if round % 5 == 0 { _ = state.hashTreeRoot() }
        }
    }

    /// Reproducible numbers.
    private struct Draw {
        private var hash: Hash32

        init(_ seed: UInt64) { hash = SHA256.hash(withUnsafeBytes(of: seed.littleEndian) { Array($0) }) }

        /// A number below `bound`.
        mutating func below(_ bound: UInt64) -> UInt64 {
            hash = SHA256.hash(hash.bytes)
            return hash.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } % bound
        }
    }

    /// Validators of every kind: coming, active, leaving, slashed, compounding, with much and with next to nothing.
    private func crowd(size: Int, _ draw: inout Draw, hasScores: Bool, isLeaking: Bool) throws -> CachedBeaconState {
        let spec = BeaconSpec.minimal
        var state = BeaconState(default: spec)
        let epoch: Epoch = 40
        state.slot = (epoch + 1) * spec.preset.slotsPerEpoch - 1
        state.finalizedCheckpoint.epoch = isLeaking ? epoch - 20 : epoch - 2
        state.currentJustifiedCheckpoint.epoch = epoch - 1
        state.depositRequestsStartIndex = .max
        for position in 0..<size {
            let validator = validator(position, epoch, &draw)
            state.validators.append(validator)
            let balance = validator.effectiveBalance + draw.below(2_600_000_000)
            state.balances.append(draw.below(15) == 0 ? draw.below(3000) : balance.saturatingSubtracting(draw.below(600_000_000)))
            state.previousEpochParticipation.append(draw.below(4) == 0 ? UInt8(draw.below(8)) : 7)
            state.currentEpochParticipation.append(draw.below(4) == 0 ? UInt8(draw.below(8)) : 7)
            state.inactivityScores.append(hasScores ? draw.below(40) : 0)
        }
        for _ in 0..<4 { state.slashings[Int(draw.below(UInt64(state.slashings.count)))] = draw.below(64) * 1_000_000_000 }
        return CachedBeaconState(state, spec: spec)
    }

    private func validator(_ position: Int, _ epoch: Epoch, _ draw: inout Draw) -> Validator {
        var validator = Validator()
        validator.pubkey.withUnsafeMutableBytes { bytes in
            for offset in 0..<8 { bytes[offset] = UInt8(truncatingIfNeeded: position >> (8 * offset)) }
        }
        let isCompounding = draw.below(3) == 0
        validator.withdrawalCredentials = Hash32.zero.replacingFirstByte(isCompounding ? 2 : 1)
        validator.effectiveBalance = (isCompounding ? 32 + draw.below(40) : 15 + draw.below(18)) * 1_000_000_000
        (validator.exitEpoch, validator.withdrawableEpoch) = (.max, .max)
        switch draw.below(12) {
        case 0: (validator.activationEligibilityEpoch, validator.activationEpoch) = (.max, .max)
        case 1: (validator.activationEligibilityEpoch, validator.activationEpoch) = (epoch - 5, .max)
        case 2: validator.activationEpoch = epoch - 1 + draw.below(4)
        case 3, 4:
            validator.exitEpoch = epoch - 2 + draw.below(6)
            validator.withdrawableEpoch = validator.exitEpoch + draw.below(5)
            validator.slashed = draw.below(2) == 0
        case 5:
            validator.slashed = true
            validator.exitEpoch = epoch + draw.below(3)
            validator.withdrawableEpoch = epoch + 30 + draw.below(5)
        default: break
        }
        return validator
    }

    /// What blocks might do before the next epoch's end.
    private func disturb(_ state: inout CachedBeaconState, _ draw: inout Draw) {
        for _ in 0..<draw.below(5) {
            let position = Int(draw.below(UInt64(state.state.validators.count)))
            switch draw.below(4) {
            case 0: state.state.validators[position].exitEpoch = state.currentEpoch + draw.below(4)
            case 1: state.state.validators[position].slashed = true
            case 2: state.state.balances[position] += draw.below(3_000_000_000)
            default: state.state.currentEpochParticipation[position] = UInt8(draw.below(8))
            }
        }
        let epoch = state.currentEpoch
        let known = state.state.validators[Int(draw.below(UInt64(state.state.validators.count)))]
        state.trustsDepositSignatures = true
        for (pubkey, amount) in [
            (known.pubkey, draw.below(4_000_000_000)),
            (validator(state.state.validators.count + 5000, epoch, &draw).pubkey, 31_000_000_000 + draw.below(3_000_000_000)),
        ] where draw.below(2) == 0 {
            state.state.pendingDeposits.append(
                PendingDeposit(
                    pubkey: pubkey, withdrawalCredentials: known.withdrawalCredentials, amount: amount, signature: BLSSignature(),
                    slot: 0))
        }
        if draw.below(3) == 0 {
            let count = UInt64(state.state.validators.count)
            state.state.pendingConsolidations.append(
                PendingConsolidation(sourceIndex: draw.below(count), targetIndex: draw.below(count)))
        }
    }
}

extension CachedBeaconState {
    /// `process_epoch` by steps that know nothing of one another; the official vectors run the same ones.
    fileprivate mutating func processEpochOneStepAtATime() throws {
        try processJustificationAndFinalization()
        try processInactivityUpdatesByValidator()
        try processRewardsAndPenaltiesByDeltas()
        try processRegistryUpdates()
        try processSlashings()
        try processEth1DataReset()
        try processPendingDeposits()
        try processPendingConsolidations()
        processEffectiveBalanceUpdatesByValidator()
        try processSlashingsReset()
        try processRandaoMixesReset()
        try processHistoricalSummariesUpdate()
        processParticipationFlagUpdates()
        try processSyncCommitteeUpdates()
    }

    /// `process_inactivity_updates`, word for word.
    private mutating func processInactivityUpdatesByValidator() throws {
        let isInLeak = try isInInactivityLeak()
        for (position, validator) in state.validators.enumerated() where isEligible(validator) {
            let flags = state.previousEpochParticipation[position]
            if isUnslashedPreviousParticipant(validator, flags, .timelyTarget) {
                state.inactivityScores[position] -= min(1, state.inactivityScores[position])
            } else {
                state.inactivityScores[position] += config.inactivityScoreBias
            }
            if !isInLeak {
                state.inactivityScores[position] -= min(config.inactivityScoreRecoveryRate, state.inactivityScores[position])
            }
        }
    }

    /// `process_effective_balance_updates`, word for word.
    private mutating func processEffectiveBalanceUpdatesByValidator() {
        let hysteresisIncrement = preset.effectiveBalanceIncrement / preset.hysteresisQuotient
        let downward = hysteresisIncrement * preset.hysteresisDownwardMultiplier
        let upward = hysteresisIncrement * preset.hysteresisUpwardMultiplier
        for position in state.validators.indices {
            let validator = state.validators[position]
            let balance = state.balances[position]
            if balance + downward < validator.effectiveBalance || validator.effectiveBalance + upward < balance {
                state.validators[position].effectiveBalance = min(
                    balance - balance % preset.effectiveBalanceIncrement, getMaxEffectiveBalance(validator))
            }
        }
    }
}
