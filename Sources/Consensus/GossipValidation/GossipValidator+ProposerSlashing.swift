public import BeaconTypes
import Primitives
import SSZ
import StateTransition

extension GossipValidator {
    /// `validate_proposer_slashing_gossip` (phase0 p2p-interface): topic `proposer_slashing`.
    public mutating func validateProposerSlashingGossip(_ slashing: ProposerSlashing, _ chain: GossipChain) -> GossipOutcome {
        judge { seen throws(GossipRefusal) in
            let header1 = slashing.signedHeader1.message
            let header2 = slashing.signedHeader2.message
            let index = header1.proposerIndex
            // [IGNORE] The proposer slashing is the first valid proposer slashing received for this proposer
            try demand(!seen.proposerSlashingIndices.contains(index), .ignore(.proposerSlashingSeen))
            // [REJECT] The header slots match
            try demand(header1.slot == header2.slot, .reject(.headerSlots))
            // [REJECT] The header proposer indices match
            try demand(header1.proposerIndex == header2.proposerIndex, .reject(.headerProposers))
            // [REJECT] The headers are different
            try demand(header1 != header2, .reject(.headersEqual))
            // [REJECT] The proposer index is a valid validator index
            let proposer = try chain.demandValidator(index, .proposerOutOfRange)
            // [REJECT] The proposer is slashable
            try demand(isSlashableValidator(proposer, chain.headState.currentEpoch), .reject(.proposerNotSlashable))
            // [REJECT] The signatures are valid
            for signedHeader in [slashing.signedHeader1, slashing.signedHeader2] {
                try chain.demandSignature(
                    signedHeader.signature, of: signedHeader.message.hashTreeRoot(chain.spec), by: [proposer.pubkey],
                    Constant.domainBeaconProposer, chain.headState.computeEpochAtSlot(signedHeader.message.slot),
                    .proposerSlashingSignature)
            }
            // Mark this proposer slashing as seen
            seen.proposerSlashingIndices.insert(index)
        }
    }
}
