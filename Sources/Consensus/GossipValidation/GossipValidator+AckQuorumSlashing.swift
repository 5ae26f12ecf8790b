import AckQuorum
public import BeaconTypes
import Primitives
import SSZ
import StateTransition

extension GossipValidator {
    /// Topic `ack_quorum_slashing` of our fork (`docs/protocol.md`, Gossip).
    public mutating func validateAckQuorumSlashingGossip(
        _ slashing: AckQuorumSlashing, _ chain: GossipChain, currentTimeMs: UInt64
    ) -> GossipOutcome {
        judge { seen throws(GossipRefusal) in
            try demand(chain.spec.fork == .pol, .ignore(.wrongFork))
            let header = slashing.signedHeader.message
            // [IGNORE] The slashing is the first valid one received for this proposer
            try demand(!seen.ackQuorumSlashingIndices.contains(header.proposerIndex), .ignore(.ackSlashingSeen))
            // [IGNORE] The header is not from a future slot
            try demand(!chain.isFutureSlot(header.slot, currentTimeMs), .ignore(.ackSlashingFromFuture))
            var state = try chain.state(knowing: chain.headState.computeEpochAtSlot(header.slot))
            if state.state.slot < header.slot {
                // The accused block is no part of the chain, which may end before it.
                try available { try state.processSlots(to: header.slot) }
            }
            var signatures = SignatureCollector(.individually)
            do throws(StateTransitionError) {
                try state.processAckQuorumSlashing(slashing, &signatures)
            } catch {
                // [IGNORE] The header stands on the head's chain, not too long ago, and its proposer can be slashed
                // [REJECT] The evidence proves that the proposer signed a block with a faulty certificate
                let isUnjudged = [
                    StateTransitionError.Reason.ack(.parentNotCanonical), .ack(.tooOld), .ack(.notSlashable), .rule(.historyRange),
                ].contains(error.reason)
                throw isUnjudged ? GossipRefusal.ignore(.ackSlashingUnjudged) : .reject(.ackSlashingInvalid)
            }
            // Mark this slashing as seen
            seen.ackQuorumSlashingIndices.insert(header.proposerIndex)
        }
    }
}
