import BLS
package import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_sync_aggregate` (altair beacon-chain, Sync aggregate processing).
    package mutating func processSyncAggregate(
        _ aggregate: SyncAggregate, _ signatures: inout SignatureCollector
    ) throws(StateTransitionError) {
        // Verify sync committee aggregate signature signing over the previous slot block root
        let committee = state.currentSyncCommittee
        let bits = aggregate.syncCommitteeBits
        try require(bits.count == committee.pubkeys.count, .indexOutOfRange, "\(bits.count) sync committee bits")
        var participants: [BLSPubkey] = []
        for seat in 0..<bits.count where bits[seat] { participants.append(committee.pubkeys[seat]) }
        // Everybody signed: the precomputed aggregate key stands for all of them
        if participants.count == bits.count { participants = [committee.aggregatePubkey] }
        let previousSlot = state.slot.saturatingSubtracting(1)
        let domain = getDomain(Constant.domainSyncCommittee, computeEpochAtSlot(previousSlot))
        let signingRoot = computeSigningRoot(objectRoot: try getBlockRootAtSlot(previousSlot), domain)
        // `eth_fast_aggregate_verify` (altair bls): nobody signs with the point at infinity
        if !(participants.isEmpty && aggregate.syncCommitteeSignature == BLS.infinitySignature) {
            try signatures.check(
                participants, signingRoot, aggregate.syncCommitteeSignature, .rule(.syncAggregateSignature))
        }

        // Compute participant and proposer rewards
        let totalActiveIncrements = try getTotalActiveBalance() / preset.effectiveBalanceIncrement
        let totalBaseRewards = try getBaseRewardPerIncrement() *! totalActiveIncrements
        let maxParticipantRewards =
            try totalBaseRewards *! Constant.syncRewardWeight / Constant.weightDenominator / preset.slotsPerEpoch
        let participantReward = maxParticipantRewards / preset.syncCommitteeSize
        let proposerReward =
            try participantReward *! Constant.proposerWeight / (Constant.weightDenominator - Constant.proposerWeight)

        // Apply participant and proposer rewards
        let proposerIndex = try getBeaconProposerIndex()
        for (seat, pubkey) in committee.pubkeys.enumerated() {
            guard let index = validatorIndex(of: pubkey) else {
                throw StateTransitionError(.indexOutOfRange, "sync committee member \(seat) is no validator")
            }
            if bits[seat] {
                try increaseBalance(index, participantReward)
                try increaseBalance(proposerIndex, proposerReward)
            } else {
                try decreaseBalance(index, participantReward)
            }
        }
    }
}
