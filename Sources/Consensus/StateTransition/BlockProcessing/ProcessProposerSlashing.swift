package import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_proposer_slashing` (phase0 beacon-chain, Proposer slashings).
    package mutating func processProposerSlashing(
        _ slashing: ProposerSlashing, _ signatures: inout SignatureCollector
    ) throws(StateTransitionError) {
        let header1 = slashing.signedHeader1.message
        let header2 = slashing.signedHeader2.message
        // Verify header slots match
        try require(header1.slot == header2.slot, .slashingSlots, "\(header1.slot) and \(header2.slot)")
        // Verify header proposer indices match
        try require(
            header1.proposerIndex == header2.proposerIndex, .slashingProposers,
            "\(header1.proposerIndex) and \(header2.proposerIndex)")
        // Verify the headers are different
        try require(header1 != header2, .slashingSameHeader)
        // Verify the proposer is slashable
        let proposer = try validator(header1.proposerIndex)
        try require(isSlashableValidator(proposer, currentEpoch), .notSlashable, "validator \(header1.proposerIndex)")
        // Verify signatures
        for signedHeader in [slashing.signedHeader1, slashing.signedHeader2] {
            let domain = getDomain(Constant.domainBeaconProposer, computeEpochAtSlot(signedHeader.message.slot))
            let signingRoot = computeSigningRoot(signedHeader.message, domain, spec)
            try signatures.check([proposer.pubkey], signingRoot, signedHeader.signature, .rule(.slashingSignature))
        }
        try slashValidator(header1.proposerIndex)
    }
}
