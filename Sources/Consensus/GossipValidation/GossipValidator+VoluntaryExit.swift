public import BeaconTypes
import Primitives
import SSZ
import StateTransition

extension GossipValidator {
    /// `validate_voluntary_exit_gossip` (deneb p2p-interface): topic `voluntary_exit`.
    public mutating func validateVoluntaryExitGossip(
        _ signedExit: SignedVoluntaryExit, _ chain: GossipChain, currentTimeMs: UInt64
    ) -> GossipOutcome {
        judge { seen throws(GossipRefusal) in
            let exit = signedExit.message
            // [IGNORE] The voluntary exit is the first valid voluntary exit received for the validator
            try demand(!seen.voluntaryExitIndices.contains(exit.validatorIndex), .ignore(.exitSeen))
            // [IGNORE] The voluntary exit epoch is not in the future
            try demand(!chain.isFutureEpoch(exit.epoch, currentTimeMs), .ignore(.exitFromFuture))
            // [REJECT] The validator index is valid
            let validator = try chain.demandValidator(exit.validatorIndex, .validatorOutOfRange)
            let currentEpoch = chain.headState.currentEpoch
            // [IGNORE] The validator has not already initiated exit
            try demand(validator.exitEpoch == Constant.farFutureEpoch, .ignore(.exitInitiated))
            // [REJECT] The validator is active
            try demand(isActiveValidator(validator, currentEpoch), .reject(.exitInactive))
            // [REJECT] The validator has been active long enough
            let earliest = validator.activationEpoch.saturatingAdd(chain.spec.config.shardCommitteePeriod)
            try demand(currentEpoch >= earliest, .reject(.exitTooYoung))
            // [REJECT] The signature is valid; the domain stays Capella's for ever (EIP-7044)
            let domain = computeDomain(
                Constant.domainVoluntaryExit, chain.spec.config.capellaForkVersion, chain.headState.state.genesisValidatorsRoot)
            try chain.demandSignature(
                signedExit.signature, of: exit.hashTreeRoot(chain.spec), by: [validator.pubkey], domain, .exitSignature)
            // Mark this voluntary exit as seen
            seen.voluntaryExitIndices.insert(exit.validatorIndex)
        }
    }
}
