import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// A state at slot 0 without validators: what every genesis starts from (phase0 and electra beacon-chain, Genesis).
    ///
    /// - Parameters:
    ///   - genesisTime: seconds since 1970.
    ///   - randao: what all RANDAO mixes begin with.
    static func blankGenesis(spec: BeaconSpec, genesisTime: UInt64, randao: Bytes32, fork: Fork) -> CachedBeaconState {
        var state = BeaconState(default: spec)
        state.genesisTime = genesisTime
        state.fork = fork
        state.latestBlockHeader.bodyRoot = BeaconBlockBody(default: spec).hashTreeRoot(spec)
        state.randaoMixes = SSZVector(repeating: randao, count: Int(clamping: spec.preset.epochsPerHistoricalVector))
        return CachedBeaconState(state, spec: spec)
    }

    /// The fork of a chain that begins with Electra.
    static func genesisFork(_ spec: BeaconSpec) -> Fork {
        Fork(
            previousVersion: spec.config.electraForkVersion, currentVersion: spec.config.electraForkVersion,
            epoch: Constant.genesisEpoch)
    }

    /// Activates every validator with a full balance, fixes `genesis_validators_root` and draws the sync committees.
    mutating func activateGenesisValidators() throws(StateTransitionError) {
        for position in 0..<state.validators.count {
            let balance = state.balances[position]
            let maxEffectiveBalance = getMaxEffectiveBalance(state.validators[position])
            let effectiveBalance = min(balance - balance % preset.effectiveBalanceIncrement, maxEffectiveBalance)
            state.validators[position].effectiveBalance = effectiveBalance
            if effectiveBalance >= preset.minActivationBalance {
                state.validators[position].activationEligibilityEpoch = Constant.genesisEpoch
                state.validators[position].activationEpoch = Constant.genesisEpoch
            }
        }
        state.genesisValidatorsRoot = state.validators.cachedHashTreeRoot(.limit(preset.validatorRegistryLimit, of: spec))
        resetCaches()
        // Without anybody active there is no committee to draw, and `is_valid_genesis_state` says no.
        guard !getActiveValidatorIndices(Constant.genesisEpoch).isEmpty else { return }
        let committee = try getNextSyncCommittee()
        state.currentSyncCommittee = committee
        state.nextSyncCommittee = committee
    }
}
