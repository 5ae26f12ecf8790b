public import BeaconTypes
import ForkChoice
import Primitives
import SSZ
import StateTransition

extension GossipValidator {
    /// `validate_beacon_attestation_gossip` (electra p2p-interface): topic `beacon_attestation_{subnet_id}`.
    public mutating func validateBeaconAttestationGossip(
        _ attestation: SingleAttestation, _ chain: GossipChain, currentTimeMs: UInt64, subnetID: UInt64
    ) -> GossipOutcome {
        judge { seen throws(GossipRefusal) in
            let data = attestation.data
            let epoch = data.target.epoch
            // [IGNORE] No other valid attestation seen for this target epoch and validator
            let key = Seen.EpochValidator(epoch: epoch, validator: attestation.attesterIndex)
            try demand(!seen.attestationValidatorEpochs.contains(key), .ignore(.attestationSeen))
            // [REJECT] The attestation's data index is zero
            try demand(data.index == 0, .reject(.attestationDataIndex))
            try chain.demandVotedBlock(data)
            // [REJECT] The committee index is within the expected range
            let committeesPerSlot = chain.headState.getCommitteeCountPerSlot(epoch)
            try demand(attestation.committeeIndex < committeesPerSlot, .reject(.committeeOutOfRange))
            // [REJECT] The attestation is for the correct subnet
            let subnet = chain.computeSubnetForAttestation(committeesPerSlot, data.slot, attestation.committeeIndex)
            try demand(subnet == subnetID, .reject(.attestationSubnet))
            // [IGNORE] The attestation's slot is not from a future slot
            try demand(!chain.isFutureSlot(data.slot, currentTimeMs), .ignore(.attestationFromFuture))
            // [IGNORE] The attestation's epoch is either the current or previous epoch
            let slotEpoch = chain.headState.computeEpochAtSlot(data.slot)
            try demand(chain.isCurrentOrPreviousEpoch(slotEpoch, currentTimeMs), .ignore(.attestationEpoch))
            // [REJECT] The attestation's epoch matches its target
            try demand(epoch == slotEpoch, .reject(.targetEpoch))
            // [REJECT] The attester is a member of the committee
            let state = try chain.state(knowing: epoch, on: data.beaconBlockRoot)
            let committee = try available { try state.getBeaconCommittee(data.slot, attestation.committeeIndex) }
            try demand(committee.contains(attestation.attesterIndex), .reject(.attesterNotInCommittee))
            // [REJECT] The attestation signature is valid
            let attester = try chain.demandValidator(attestation.attesterIndex, .attesterNotInCommittee)
            try chain.demandSignature(
                attestation.signature, of: data.hashTreeRoot(chain.spec), by: [attester.pubkey], Constant.domainBeaconAttester,
                epoch, .attestationSignature)
            try chain.demandConsistentVote(data)
            // Mark this attestation as seen
            seen.attestationValidatorEpochs.insert(key)
        }
    }
}

extension GossipChain {
    /// What the block voted for must be, for single votes and aggregates.
    func demandVotedBlock(_ data: AttestationData) throws(GossipRefusal) {
        // [IGNORE] The block being voted for has been seen (via gossip or non-gossip sources)
        try demand(hasSeen(data.beaconBlockRoot), .ignore(.votedBlockUnknown))
        // [REJECT] The block being voted for passes validation
        try demand(hasState(data.beaconBlockRoot), .reject(.votedBlockInvalid))
    }

    /// How the block voted for must stand to the vote's target and to finality, for single votes and aggregates.
    func demandConsistentVote(_ data: AttestationData) throws(GossipRefusal) {
        // [REJECT] The target block is an ancestor of the LMD vote block
        let target = forkChoice.checkpointBlock(of: data.beaconBlockRoot, epoch: data.target.epoch)
        try demand(target == data.target.root, .reject(.targetNotAncestor))
        // [IGNORE] The finalized checkpoint is an ancestor of the block
        try demand(isFinalizedAncestor(of: data.beaconBlockRoot), .ignore(.finalizedNotAncestor))
    }

    /// `compute_subnet_for_attestation` (phase0 validator).
    public func computeSubnetForAttestation(_ committeesPerSlot: UInt64, _ slot: Slot, _ index: CommitteeIndex) -> UInt64 {
        // Far below overflow: both factors and the index are bounded by the preset.
        let committeesSinceEpochStart = committeesPerSlot * (slot % spec.preset.slotsPerEpoch)
        return (committeesSinceEpochStart + index) % max(1, spec.config.attestationSubnetCount)
    }
}
