public import BeaconTypes
import EngineTypes
import ForkChoice
import Primitives
import SSZ
import StateTransition

extension GossipValidator {
    /// `validate_beacon_block_gossip` (electra p2p-interface): topic `beacon_block`.
    public mutating func validateBeaconBlockGossip(
        _ signedBlock: SignedBeaconBlock, _ chain: GossipChain, currentTimeMs: UInt64
    ) -> GossipOutcome {
        judge { seen throws(GossipRefusal) in
            let block = signedBlock.message
            // [IGNORE] The block is the first block with valid signature received for the slot and proposer
            let key = Seen.SlotValidator(slot: block.slot, validator: block.proposerIndex)
            try demand(!seen.proposerSlots.contains(key), .ignore(.blockSeen))
            // [IGNORE] The block is not from a future slot
            try demand(!chain.isFutureSlot(block.slot, currentTimeMs), .ignore(.blockFromFuture))
            // [IGNORE] The block is from a slot greater than the latest finalized slot
            let (finalizedSlot, overflow) = chain.finalizedCheckpoint.epoch.multipliedReportingOverflow(
                by: chain.spec.preset.slotsPerEpoch)
            try demand(!overflow && block.slot > finalizedSlot, .ignore(.blockNotAfterFinalized))
            try chain.demandSoundParent(block.parentRoot)
            try chain.demandProposer(signedBlock)
            // Mark this block as seen
            seen.proposerSlots.insert(key)
        }
    }
}

extension GossipChain {
    /// The conditions on a block's parent that come before all others.
    fileprivate func demandSoundParent(_ parentRoot: Root) throws(GossipRefusal) {
        // [IGNORE] The block's parent has been seen (via gossip or non-gossip sources)
        try demand(hasSeen(parentRoot), .ignore(.parentUnknown))
        let payload = payloadStatuses[parentRoot] ?? .notValidated
        if !hasState(parentRoot) {
            // [REJECT] The block's parent failed validation and its execution payload is optimistic
            try demand(payload != .notValidated, .reject(.parentInvalidAndOptimistic))
            // [IGNORE] The block's parent failed validation and its execution payload is processed
            throw .ignore(.parentInvalidAndProcessed)
        }
        // [IGNORE] The block's parent passed validation but its execution payload is invalid
        try demand(payload != .invalidated, .ignore(.parentPayloadInvalid))
    }

    /// The conditions on who proposes a block, and on its place in the chain.
    fileprivate func demandProposer(_ signedBlock: SignedBeaconBlock) throws(GossipRefusal) {
        let block = signedBlock.message
        // [REJECT] The proposer index is a valid validator index
        let proposer = try demandValidator(block.proposerIndex, .proposerOutOfRange)
        // [REJECT] The proposer signature is valid
        try demandSignature(
            signedBlock.signature, of: block.hashTreeRoot(spec), by: [proposer.pubkey], Constant.domainBeaconProposer,
            headState.computeEpochAtSlot(block.slot), .proposerSignature)
        // [REJECT] The block's execution payload timestamp is correct with respect to the slot
        try demand(
            block.body.executionPayload.timestamp == (try? headState.computeTimeAtSlot(block.slot)), .reject(.payloadTimestamp))
        // [REJECT] The block is from a higher slot than its parent
        guard let parent = forkChoice.node(block.parentRoot) else { throw .ignore(.parentUnknown) }
        try demand(block.slot > parent.slot, .reject(.blockNotAfterParent))
        // [REJECT] The current finalized checkpoint is an ancestor of the block
        try demand(isFinalizedAncestor(of: block.parentRoot), .reject(.finalizedNotAncestor))
        // [REJECT] The length of KZG commitments is less than or equal to the limit
        try demand(
            UInt64(block.body.blobKzgCommitments.count) <= spec.config.maxBlobsPerBlockElectra, .reject(.tooManyCommitments))
        // [REJECT] The block is proposed by the expected proposer for the slot
        // (if shuffling is not available, IGNORE instead)
        var state = try state(after: block.parentRoot)
        let expected = try available {
            if state.state.slot < block.slot { try state.processSlots(to: block.slot) }
            return try state.getBeaconProposerIndex()
        }
        try demand(block.proposerIndex == expected, .reject(.wrongProposer))
    }
}
