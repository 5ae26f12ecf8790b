import AckQuorum
package import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// Slashes a proposer that signed a block claiming an update without a valid certificate (docs/protocol.md#process_ack_quorum_slashing).
    package mutating func processAckQuorumSlashing(
        _ slashing: AckQuorumSlashing, _ signatures: inout SignatureCollector
    ) throws(StateTransitionError) {
        let header = slashing.signedHeader.message
        // Verify the proposer is slashable
        let proposer = try accused(header.proposerIndex)
        // Verify the header stands on this chain, not too long ago
        try require(header.slot >= 1 && header.slot <= state.slot, .parentNotCanonical, "slot \(header.slot)")
        try require(
            state.slot - header.slot <= spec.maxAckEvidenceAge, .tooOld, "slot \(header.slot) at slot \(state.slot)")
        let parentRoot = try getBlockRootAtSlot(header.slot - 1)
        try require(header.parentRoot == parentRoot, .parentNotCanonical, "parent \(header.parentRoot.shortHex)")
        // Verify the block claims an update
        guard let updateID = PolExtraData.updateID(slashing.extraData), !updateID.isZero else {
            throw StateTransitionError(.noUpdateClaimed, "\(slashing.extraData.count) bytes of extra_data")
        }
        // Verify the block holds these extra_data and this certificate
        try require(
            isValidMerkleBranch(
                leaf: slashing.extraData.hashTreeRoot(.limit(preset.maxExtraDataBytes)), branch: Array(slashing.extraDataBranch),
                depth: Constant.extraDataBranchDepth, index: Constant.extraDataSubtreeIndex, root: header.bodyRoot),
            .branch, "extra_data")
        try require(
            isValidMerkleBranch(
                leaf: slashing.ackCertificate.hashTreeRoot(spec), branch: Array(slashing.ackCertificateBranch),
                depth: Constant.ackCertificateBranchDepth, index: Constant.ackCertificateSubtreeIndex, root: header.bodyRoot),
            .branch, "certificate")
        // Verify the certificate is at fault
        try require(
            ackCertificateFault(slashing.ackCertificate, updateID: updateID, blockSlot: header.slot) != nil,
            .quorumWasValid, "block of slot \(header.slot)")
        // Verify signature
        let domain = getDomain(Constant.domainBeaconProposer, computeEpochAtSlot(header.slot))
        try signatures.check(
            [proposer.pubkey], computeSigningRoot(header, domain, spec), slashing.signedHeader.signature, .ack(.signature))
        try slashForAck(header.proposerIndex)
    }

    /// The accused validator, if it is there and slashable.
    func accused(_ index: ValidatorIndex) throws(StateTransitionError) -> Validator {
        guard let position = Int(exactly: index), position < state.validators.count else {
            throw StateTransitionError(AckFault.notSlashable, "validator \(index) of \(state.validators.count)")
        }
        let validator = state.validators[position]
        try require(isSlashableValidator(validator, currentEpoch), AckFault.notSlashable, "validator \(index)")
        return validator
    }

    /// The penalty for both kinds of ACK evidence (docs/protocol.md#process_ack_quorum_slashing): `slash_validator`, and at once as much more as
    /// makes it 1/32 of the effective balance in all.
    mutating func slashForAck(_ index: ValidatorIndex) throws(StateTransitionError) {
        let effectiveBalance = try validator(index).effectiveBalance
        try slashValidator(index)
        let penalty = effectiveBalance / Constant.ackSlashingPenaltyQuotient
        let alreadyTaken = effectiveBalance / preset.minSlashingPenaltyQuotientElectra
        try decreaseBalance(index, penalty.saturatingSubtracting(alreadyTaken))
    }
}
