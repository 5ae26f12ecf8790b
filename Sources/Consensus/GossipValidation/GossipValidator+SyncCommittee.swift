public import BeaconTypes
import Primitives
import SSZ
import StateTransition

extension GossipValidator {
    /// `validate_sync_committee_message_gossip` (altair p2p-interface): topic `sync_committee_{subnet_id}`.
    public mutating func validateSyncCommitteeMessageGossip(
        _ message: SyncCommitteeMessage, _ chain: GossipChain, currentTimeMs: UInt64, subnetID: UInt64
    ) -> GossipOutcome {
        judge { seen throws(GossipRefusal) in
            // [IGNORE] There has been no other valid sync committee message for the slot, the validator and the subnet
            let key = Seen.SyncSeat(slot: message.slot, validator: message.validatorIndex, subcommittee: subnetID)
            try demand(!seen.syncMessageValidatorSlots.contains(key), .ignore(.syncMessageSeen))
            // [IGNORE] The message's slot is for the current slot
            try demand(chain.isCurrentSlot(message.slot, currentTimeMs), .ignore(.syncMessageSlot))
            // [REJECT] The validator index is valid
            let validator = try chain.demandValidator(message.validatorIndex, .validatorOutOfRange)
            // [REJECT] The subnet_id is valid for the given validator
            let subcommittee = try chain.syncSubcommittee(subnetID, signingAt: message.slot)
            try demand(subcommittee.contains(validator.pubkey), .reject(.syncMessageSubnet))
            // [REJECT] The signature is valid
            try chain.demandSignature(
                message.signature, of: message.beaconBlockRoot, by: [validator.pubkey], Constant.domainSyncCommittee,
                chain.headState.computeEpochAtSlot(message.slot), .syncMessageSignature)
            // Mark this message as seen
            seen.syncMessageValidatorSlots.insert(key)
        }
    }

    /// `validate_sync_committee_contribution_and_proof_gossip` (altair p2p-interface): topic
    /// `sync_committee_contribution_and_proof`.
    public mutating func validateSyncCommitteeContributionAndProofGossip(
        _ signed: SignedContributionAndProof, _ chain: GossipChain, currentTimeMs: UInt64
    ) -> GossipOutcome {
        judge { seen throws(GossipRefusal) in
            let contribution = signed.message.contribution
            // [IGNORE] A contribution on the same subject with a superset of its participants has not already been seen
            let subject = Seen.ContributionSubject(
                slot: contribution.slot, blockRoot: contribution.beaconBlockRoot, subcommittee: contribution.subcommitteeIndex)
            let isCovered = seen.syncContributionData[subject]?.covers(contribution.aggregationBits) ?? false
            try demand(!isCovered, .ignore(.contributionSeen))
            // [IGNORE] It is the first valid contribution for the slot, the aggregator and the subcommittee
            let key = Seen.SyncSeat(
                slot: contribution.slot, validator: signed.message.aggregatorIndex, subcommittee: contribution.subcommitteeIndex)
            try demand(!seen.syncContributionAggregatorSlots.contains(key), .ignore(.contributorSeen))
            // [IGNORE] The contribution's slot is for the current slot
            try demand(chain.isCurrentSlot(contribution.slot, currentTimeMs), .ignore(.contributionSlot))
            try chain.demandContribution(signed)
            // Mark this contribution as seen
            seen.syncContributionAggregatorSlots.insert(key)
            seen.syncContributionData.update(subject, initial: SeenBits()) { $0.insert(contribution.aggregationBits) }
        }
    }
}

extension GossipChain {
    /// The public keys of a subcommittee by seat; empty where there is none of that number.
    fileprivate func syncSubcommittee(_ index: UInt64, signingAt slot: Slot) throws(GossipRefusal) -> [BLSPubkey] {
        let committee = try syncCommittee(signingAt: slot)
        let size = committee.pubkeys.count / Int(Constant.syncCommitteeSubnetCount)
        guard index < Constant.syncCommitteeSubnetCount else { return [] }
        return (Int(index) * size..<(Int(index) + 1) * size).map { committee.pubkeys[$0] }
    }

    /// What is wrong with a contribution apart from its time and what was seen: subcommittee, aggregator and signatures; `nil`
    /// when nothing is. For a contribution that comes another way than by gossip.
    public func contributionFault(_ signed: SignedContributionAndProof) -> GossipReason? {
        do {
            try demandContribution(signed)
            return nil
        } catch {
            return error.reason
        }
    }

    /// The conditions on a contribution's subcommittee, its aggregator and its three signatures.
    fileprivate func demandContribution(_ signed: SignedContributionAndProof) throws(GossipRefusal) {
        let contribution = signed.message.contribution
        // [REJECT] The subcommittee index is in the allowed range
        try demand(contribution.subcommitteeIndex < Constant.syncCommitteeSubnetCount, .reject(.subcommitteeOutOfRange))
        // [REJECT] The contribution has participants
        try demand(contribution.aggregationBits.setCount > 0, .reject(.contributionEmpty))
        // [REJECT] The selection_proof selects the validator as an aggregator for the slot
        try demand(
            AggregatorSelection.isSyncCommitteeAggregator(signed.message.selectionProof, preset: spec.preset),
            .reject(.aggregatorNotSelected))
        // [REJECT] The aggregator index is valid
        let aggregator = try demandValidator(signed.message.aggregatorIndex, .aggregatorOutOfRange).pubkey
        // [REJECT] The aggregator is a member of the committee
        let members = try syncSubcommittee(contribution.subcommitteeIndex, signingAt: contribution.slot)
        try demand(members.contains(aggregator), .reject(.aggregatorNotInCommittee))
        // [REJECT] The selection proof is a valid signature of the selection data
        let epoch = headState.computeEpochAtSlot(contribution.slot)
        let selection = SyncAggregatorSelectionData(
            slot: contribution.slot, subcommitteeIndex: contribution.subcommitteeIndex)
        try demandSignature(
            signed.message.selectionProof, of: selection.hashTreeRoot(spec), by: [aggregator],
            Constant.domainSyncCommitteeSelectionProof, epoch, .selectionProof)
        // [REJECT] The aggregator signature is valid
        try demandSignature(
            signed.signature, of: signed.message.hashTreeRoot(spec), by: [aggregator], Constant.domainContributionAndProof, epoch,
            .aggregatorSignature)
        // [REJECT] The aggregate signature is valid for the block root and the participants' keys
        try demand(contribution.aggregationBits.count == members.count, .reject(.aggregateSignature))
        let participants = zip(members, contribution.aggregationBits).compactMap { $1 ? $0 : nil }
        try demandSignature(
            contribution.signature, of: contribution.beaconBlockRoot, by: participants, Constant.domainSyncCommittee, epoch,
            .aggregateSignature)
    }
}
