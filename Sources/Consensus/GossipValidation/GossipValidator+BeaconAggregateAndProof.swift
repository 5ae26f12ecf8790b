public import BeaconTypes
import Primitives
import SSZ
import StateTransition

extension GossipValidator {
    /// `validate_beacon_aggregate_and_proof_gossip` (electra p2p-interface): topic `beacon_aggregate_and_proof`.
    public mutating func validateBeaconAggregateAndProofGossip(
        _ signed: SignedAggregateAndProof, _ chain: GossipChain, currentTimeMs: UInt64
    ) -> GossipOutcome {
        judge { seen throws(GossipRefusal) in
            let aggregate = signed.message.aggregate
            let data = aggregate.data
            // [REJECT] The aggregate attestation's data index is zero
            try demand(data.index == 0, .reject(.aggregateDataIndex))
            // [REJECT] Exactly one committee is specified by the committee bits
            let index = try chain.soleCommittee(of: aggregate)
            // [IGNORE] A valid aggregate with a superset of aggregation bits has not already been seen
            let subject = Seen.AggregateSubject(dataRoot: data.hashTreeRoot(chain.spec), committee: index)
            let isCovered = seen.aggregateDataRoots[subject]?.covers(aggregate.aggregationBits) ?? false
            try demand(!isCovered, .ignore(.aggregateSeen))
            // [IGNORE] This is the first valid aggregate for this epoch and aggregator
            let key = Seen.EpochValidator(epoch: data.target.epoch, validator: signed.message.aggregatorIndex)
            try demand(!seen.aggregatorEpochs.contains(key), .ignore(.aggregatorSeen))
            try chain.demandVotedBlock(data)
            // [REJECT] The committee index is within the expected range
            let committeesPerSlot = chain.headState.getCommitteeCountPerSlot(data.target.epoch)
            try demand(index < committeesPerSlot, .reject(.committeeOutOfRange))
            // [IGNORE] The aggregate attestation's slot is not from a future slot
            try demand(!chain.isFutureSlot(data.slot, currentTimeMs), .ignore(.aggregateFromFuture))
            // [IGNORE] The aggregate attestation's epoch is either the current or previous epoch
            let epoch = chain.headState.computeEpochAtSlot(data.slot)
            try demand(chain.isCurrentOrPreviousEpoch(epoch, currentTimeMs), .ignore(.aggregateEpoch))
            // [REJECT] The aggregate attestation's epoch matches its target
            try demand(data.target.epoch == epoch, .reject(.targetEpoch))
            try chain.demandAggregate(signed, index)
            try chain.demandConsistentVote(data)
            // Mark this aggregate as seen
            seen.aggregatorEpochs.insert(key)
            seen.aggregateDataRoots.update(subject, initial: SeenBits()) { $0.insert(aggregate.aggregationBits) }
        }
    }
}

extension GossipChain {
    /// What is wrong with an aggregate apart from its time, its place in the chain and what was seen: committee, aggregator
    /// and signatures; `nil` when nothing is. For an aggregate that comes another way than by gossip.
    public func aggregateFault(_ signed: SignedAggregateAndProof) -> GossipReason? {
        do {
            let aggregate = signed.message.aggregate
            let index = try soleCommittee(of: aggregate)
            let committeesPerSlot = headState.getCommitteeCountPerSlot(aggregate.data.target.epoch)
            try demand(index < committeesPerSlot, .reject(.committeeOutOfRange))
            try demandAggregate(signed, index)
            return nil
        } catch {
            return error.reason
        }
    }

    fileprivate func soleCommittee(of aggregate: Attestation) throws(GossipRefusal) -> CommitteeIndex {
        let committees = aggregate.committeeBits.setIndices
        guard committees.count == 1, let committee = committees.first else { throw .reject(.aggregateCommittees) }
        return CommitteeIndex(committee)
    }

    /// The conditions on participants, aggregator and the three signatures.
    fileprivate func demandAggregate(_ signed: SignedAggregateAndProof, _ index: CommitteeIndex) throws(GossipRefusal) {
        let message = signed.message
        let data = message.aggregate.data
        let bits = message.aggregate.aggregationBits
        // [REJECT] The number of aggregation bits matches the committee size
        let state = try state(knowing: data.target.epoch, on: data.beaconBlockRoot)
        let committee = try available { try state.getBeaconCommittee(data.slot, index) }
        try demand(bits.count == committee.count, .reject(.aggregateBits))
        // [REJECT] The aggregate attestation has participants
        try demand(bits.setCount > 0, .reject(.aggregateEmpty))
        // [REJECT] The selection proof selects the validator as an aggregator
        try demand(
            AggregatorSelection.isAggregator(committeeLength: UInt64(committee.count), slotSignature: message.selectionProof),
            .reject(.aggregatorNotSelected))
        // [REJECT] The aggregator is a member of the committee
        try demand(committee.contains(message.aggregatorIndex), .reject(.aggregatorNotInCommittee))
        // [REJECT] The selection proof signature is valid
        let aggregator = try demandValidator(message.aggregatorIndex, .aggregatorNotInCommittee)
        let epoch = data.target.epoch
        try demandSignature(
            message.selectionProof, of: data.slot.hashTreeRoot(), by: [aggregator.pubkey], Constant.domainSelectionProof, epoch,
            .selectionProof)
        // [REJECT] The aggregator signature is valid
        try demandSignature(
            signed.signature, of: message.hashTreeRoot(spec), by: [aggregator.pubkey], Constant.domainAggregateAndProof, epoch,
            .aggregatorSignature)
        // [REJECT] The aggregate signature is valid
        let participants = zip(committee, bits).compactMap { $1 ? $0 : nil }.sorted()
        let indexed = IndexedAttestation(attestingIndices: participants, data: data, signature: message.aggregate.signature)
        try demand(state.isValidIndexedAttestation(indexed), .reject(.aggregateSignature))
    }
}
