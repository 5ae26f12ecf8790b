public import BeaconTypes
import Primitives
import SSZ
public import ServiceInterfaces
import StateTransition

extension BeaconNode: RewardReader {
    public func blockRewards(_ id: BlockID) throws -> BlockRewards? {
        guard let block = try view.block(id)?.block.message else { return nil }
        // Genesis has no proposer.
        if block.slot == Constant.genesisSlot { return BlockRewards(proposerIndex: block.proposerIndex) }
        return try rewards(of: block)
    }

    public func rewards(of block: BeaconBlock) throws -> BlockRewards {
        var trial = ProposerTrial(state: try preState(of: block), proposer: block.proposerIndex)
        var rewards = BlockRewards(proposerIndex: block.proposerIndex)
        let body = block.body
        for operation in body.proposerSlashings {
            rewards.proposerSlashings += try trial.gain { state, signatures throws(StateTransitionError) in
                try state.processProposerSlashing(operation, &signatures)
            }
        }
        for operation in body.attesterSlashings {
            rewards.attesterSlashings += try trial.gain { state, signatures throws(StateTransitionError) in
                try state.processAttesterSlashing(operation, &signatures)
            }
        }
        for operation in body.attestations {
            rewards.attestations += try trial.gain { state, signatures throws(StateTransitionError) in
                try state.processAttestation(operation, &signatures)
            }
        }
        for operation in body.ackQuorumSlashings {
            rewards.proposerSlashings += try trial.gain { state, signatures throws(StateTransitionError) in
                try state.processAckQuorumSlashing(operation, &signatures)
            }
        }
        for operation in body.ackContradictions {
            rewards.attesterSlashings += try trial.gain { state, signatures throws(StateTransitionError) in
                try state.processAckContradiction(operation, &signatures)
            }
        }
        let seat = try trial.state.syncSeatReward()
        let proposerShare = seat * Constant.proposerWeight / (Constant.weightDenominator - Constant.proposerWeight)
        rewards.syncAggregate = proposerShare * UInt64(body.syncAggregate.syncCommitteeBits.setCount)
        return rewards
    }

    public func syncCommitteeRewards(_ id: BlockID) throws -> [SyncCommitteeReward]? {
        guard let block = try view.block(id)?.block.message else { return nil }
        if block.slot == Constant.genesisSlot { return [] }
        let state = try preState(of: block)
        let reward = Int64(clamping: try state.syncSeatReward())
        var byValidator: [ValidatorIndex: Int64] = [:]
        for (pubkey, isSet) in zip(state.state.currentSyncCommittee.pubkeys, block.body.syncAggregate.syncCommitteeBits) {
            guard let index = state.validatorIndex(of: pubkey) else { continue }
            byValidator[index, default: 0] += isSet ? reward : -reward
        }
        return byValidator.sorted { $0.key < $1.key }.map { SyncCommitteeReward(validatorIndex: $0.key, reward: $0.value) }
    }

    private func preState(of block: BeaconBlock) throws -> CachedBeaconState {
        try view.archive.state(after: block.parentRoot, at: block.slot)
    }

    /// The votes of an epoch are rewarded at the end of the next one.
    public func attestationRewards(epoch: Epoch) throws -> AttestationRewards? {
        let view = view
        let perEpoch = spec.preset.slotsPerEpoch
        let (end, overflow) = epoch.addingReportingOverflow(2)
        guard !overflow, end <= (clock.currentSlot ?? 0) / perEpoch + 1, end * perEpoch - 1 <= view.head.slot else { return nil }
        guard let found = try view.state(.slot(end * perEpoch - 1)) else { return nil }
        var state = CachedBeaconState(found.state, spec: spec)
        try state.warmCaches()
        // What `process_epoch` does before it rewards.
        try state.processJustificationAndFinalization()
        try state.processInactivityUpdates()
        let source = try state.getFlagIndexDeltas(.timelySource)
        let target = try state.getFlagIndexDeltas(.timelyTarget)
        let head = try state.getFlagIndexDeltas(.timelyHead)
        let inactivity = try state.getInactivityPenaltyDeltas()
        func net(_ deltas: Deltas, _ position: Int) -> Int64 {
            Int64(clamping: deltas.rewards[position]) - Int64(clamping: deltas.penalties[position])
        }
        var total: [(validatorIndex: ValidatorIndex, amounts: AttestationRewards.Amounts)] = []
        var balances: Set<Gwei> = []
        for (position, validator) in state.state.validators.enumerated() where isActiveValidator(validator, epoch) {
            balances.insert(validator.effectiveBalance)
            total.append(
                (
                    ValidatorIndex(position),
                    .init(
                        head: net(head, position), target: net(target, position), source: net(source, position),
                        inactivity: net(inactivity, position))
                ))
        }
        let ideal = try balances.sorted().map { balance in (effectiveBalance: balance, amounts: try state.idealAmounts(balance)) }
        return AttestationRewards(ideal: ideal, total: total, isFinalized: end <= view.finalized.epoch)
    }
}

extension CachedBeaconState {
    /// What one seat of the sync committee wins or loses by a block (altair beacon-chain, `process_sync_aggregate`).
    fileprivate func syncSeatReward() throws(StateTransitionError) -> Gwei {
        let increments = try getTotalActiveBalance() / spec.preset.effectiveBalanceIncrement
        let maximum =
            try getBaseRewardPerIncrement() * increments * Constant.syncRewardWeight / Constant.weightDenominator
            / spec.preset.slotsPerEpoch
        return maximum / spec.preset.syncCommitteeSize
    }

    /// What a validator with this effective balance earns when it votes in time for everything (altair beacon-chain,
    /// `get_flag_index_deltas`); nothing in an inactivity leak.
    fileprivate func idealAmounts(_ effectiveBalance: Gwei) throws(StateTransitionError) -> AttestationRewards.Amounts {
        if try isInInactivityLeak() { return AttestationRewards.Amounts() }
        let increment = spec.preset.effectiveBalanceIncrement
        let base = try effectiveBalance / increment * getBaseRewardPerIncrement()
        let active = try getTotalActiveBalance() / increment
        func reward(_ flag: ParticipationFlag) throws(StateTransitionError) -> Int64 {
            let participating = try unslashedParticipatingBalance(flag, previousEpoch) / increment
            return Int64(clamping: base * flag.weight * participating / (active * Constant.weightDenominator))
        }
        return AttestationRewards.Amounts(
            head: try reward(.timelyHead), target: try reward(.timelyTarget), source: try reward(.timelySource))
    }
}

/// A block's pre-state on which operations are applied one by one, to see what each brings the proposer.
private struct ProposerTrial {
    var state: CachedBeaconState
    let proposer: ValidatorIndex

    /// What `apply` adds to the proposer's balance; nothing where it takes from it.
    mutating func gain(
        _ apply: (inout CachedBeaconState, inout SignatureCollector) throws(StateTransitionError) -> Void
    ) throws(StateTransitionError) -> Gwei {
        let before = balance
        var signatures = SignatureCollector(.trusted)
        try apply(&state, &signatures)
        return balance > before ? balance - before : 0
    }

    private var balance: Gwei {
        proposer < UInt64(state.state.balances.count) ? state.state.balances[Int(proposer)] : 0
    }
}
