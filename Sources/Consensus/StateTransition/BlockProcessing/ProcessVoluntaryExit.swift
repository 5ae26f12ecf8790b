package import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_voluntary_exit` (electra beacon-chain, Voluntary exits).
    package mutating func processVoluntaryExit(
        _ signedExit: SignedVoluntaryExit, _ signatures: inout SignatureCollector
    ) throws(StateTransitionError) {
        let exit = signedExit.message
        let validator = try validator(exit.validatorIndex)
        let currentEpoch = currentEpoch
        // Verify the validator is active
        try require(isActiveValidator(validator, currentEpoch), .exitInactive, "validator \(exit.validatorIndex)")
        // Verify exit has not been initiated
        try require(validator.exitEpoch == Constant.farFutureEpoch, .exitInitiated, "validator \(exit.validatorIndex)")
        // Exits must specify an epoch when they become valid; they are not valid before then
        try require(currentEpoch >= exit.epoch, .exitTooEarly, "epoch \(exit.epoch) at epoch \(currentEpoch)")
        // Verify the validator has been active long enough
        let earliest = try validator.activationEpoch +! config.shardCommitteePeriod
        try require(currentEpoch >= earliest, .exitTooYoung, "epoch \(currentEpoch), earliest \(earliest)")
        // Only exit validator if it has no pending withdrawals in the queue
        try require(
            try getPendingBalanceToWithdraw(exit.validatorIndex) == 0, .exitPendingWithdrawals,
            "validator \(exit.validatorIndex)")
        // Verify signature; the domain stays Capella's for ever (EIP-7044)
        let domain = computeDomain(Constant.domainVoluntaryExit, config.capellaForkVersion, state.genesisValidatorsRoot)
        try signatures.check(
            [validator.pubkey], computeSigningRoot(exit, domain, spec), signedExit.signature, .rule(.exitSignature))
        // Initiate exit
        try initiateValidatorExit(exit.validatorIndex)
    }
}
