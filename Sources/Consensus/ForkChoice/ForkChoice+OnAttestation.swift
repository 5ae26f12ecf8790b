public import BeaconTypes
import Primitives
import SSZ

extension ForkChoice {
    /// `on_attestation` (phase0 fork-choice), after the attestation's indices and signature have been checked against
    /// its target's checkpoint state.
    ///
    /// - Parameter isFromBlock: whether the vote came inside a block, where its target may be older.
    public mutating func onAttestation(
        _ attestation: IndexedAttestation, isFromBlock: Bool = false
    ) throws(ForkChoiceError) {
        let position = try validateOnAttestation(attestation.data, isFromBlock: isFromBlock)
        for index in attestation.attestingIndices where !equivocatingIndices.contains(index) {
            updateLatestMessage(index, LatestMessage(epoch: attestation.data.target.epoch, position: position))
        }
    }

    /// `validate_on_attestation` (phase0 fork-choice): the position of the block voted for.
    @discardableResult
    package func validateOnAttestation(_ data: AttestationData, isFromBlock: Bool) throws(ForkChoiceError) -> Int {
        let target = data.target
        if !isFromBlock {
            // Attestations must be from the current or previous epoch
            let current = currentEpoch
            guard target.epoch == current || target.epoch == (current > 0 ? current - 1 : 0) else {
                throw .targetEpoch(target.epoch, currentEpoch: current)
            }
        }
        // Check that the epoch number and slot number are matching
        guard target.epoch == settings.epoch(data.slot) else { throw .targetSlot(target.epoch, slot: data.slot) }
        // Attestation target must be for a known block
        guard contains(target.root) else { throw .unknownBlock(target.root) }
        // Attestations must be for a known block
        guard let position = array.position(of: data.beaconBlockRoot) else { throw .unknownBlock(data.beaconBlockRoot) }
        // Attestations must not be for blocks in the future
        let blockSlot = array.nodes[position].slot
        guard blockSlot <= data.slot else { throw .voteForFutureBlock(blockSlot: blockSlot, slot: data.slot) }
        // LMD vote must be consistent with FFG vote target
        guard checkpointBlock(of: data.beaconBlockRoot, epoch: target.epoch) == target.root else {
            throw .targetMismatch(target.root)
        }
        // Attestations can only affect the fork choice of subsequent slots
        guard currentSlot > data.slot else { throw .voteTooEarly(slot: data.slot, currentSlot: currentSlot) }
        return position
    }

    /// `update_latest_messages` (phase0 fork-choice), for one validator.
    private mutating func updateLatestMessage(_ index: ValidatorIndex, _ message: LatestMessage) {
        // The indices have been checked against a registry, so the array never outgrows one.
        guard let index = Int(exactly: index) else { return }
        if index >= latestMessages.count {
            latestMessages.append(contentsOf: repeatElement(nil, count: index + 1 - latestMessages.count))
        }
        if let old = latestMessages[index], message.epoch <= old.epoch { return }
        latestMessages[index] = message
    }

    /// `on_attester_slashing` (phase0 fork-choice), after the slashing has been checked against the justified block's
    /// state.
    ///
    /// - Parameter indices: the validators in both attestations.
    public mutating func onAttesterSlashing(_ indices: some Sequence<ValidatorIndex>) {
        equivocatingIndices.formUnion(indices)
    }
}
