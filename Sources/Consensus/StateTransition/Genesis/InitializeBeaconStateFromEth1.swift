package import BeaconTypes
package import Primitives
import SSZ

extension CachedBeaconState {
    /// `initialize_beacon_state_from_eth1` (electra beacon-chain, Testing): a genesis from deposits, proof by proof.
    ///
    /// - Parameters:
    ///   - eth1Timestamp: seconds since 1970; genesis follows GENESIS_DELAY later.
    ///   - deposits: each with the proof against the tree of the deposits up to it.
    package static func initializeBeaconStateFromEth1(
        spec: BeaconSpec, eth1BlockHash: Hash32, eth1Timestamp: UInt64, deposits: [Deposit],
        executionPayloadHeader: ExecutionPayloadHeader = ExecutionPayloadHeader()
    ) throws(StateTransitionError) -> CachedBeaconState {
        var genesis = blankGenesis(
            spec: spec, genesisTime: try eth1Timestamp +! spec.config.genesisDelay, randao: eth1BlockHash,
            fork: genesisFork(spec))
        genesis.state.eth1Data = Eth1Data(
            depositRoot: .zero, depositCount: UInt64(deposits.count), blockHash: eth1BlockHash)
        genesis.state.depositRequestsStartIndex = Constant.unsetDepositRequestsStartIndex
        genesis.state.latestExecutionPayloadHeader = executionPayloadHeader

        // Process deposits
        var leaves = SSZList<DepositData>()
        for deposit in deposits {
            leaves.append(deposit.data)
            genesis.state.eth1Data.depositRoot =
                leaves.cachedHashTreeRoot(.limit(1 << Constant.depositContractTreeDepth, of: spec))
            try genesis.processDeposit(deposit)
        }
        // Process deposit balance updates
        for deposit in genesis.state.pendingDeposits {
            guard let index = genesis.validatorIndex(of: deposit.pubkey) else {
                throw StateTransitionError(.genesisInput, "pending deposit of an unknown key")
            }
            try genesis.increaseBalance(index, deposit.amount)
        }
        genesis.state.pendingDeposits = []
        // Process activations
        try genesis.activateGenesisValidators()
        return genesis
    }

    /// `is_valid_genesis_state` (phase0 beacon-chain, Genesis).
    package func isValidGenesisState() -> Bool {
        state.genesisTime >= config.minGenesisTime
            && UInt64(getActiveValidatorIndices(Constant.genesisEpoch).count) >= config.minGenesisActiveValidatorCount
    }
}
