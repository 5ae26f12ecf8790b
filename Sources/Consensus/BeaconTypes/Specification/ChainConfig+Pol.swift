import EngineTypes
import Primitives

extension ChainConfig {
    /// The `pol` network: `minimal` with every fork at genesis and the limits of one-slot epochs.
    ///
    /// `slotDurationMs` may be changed for development networks; everything that depends on it is computed from it.
    public static let pol: ChainConfig = {
        var config = ChainConfig.minimal
        config.configName = "pol"
        config.presetBase = "pol"
        config.altairForkEpoch = 0
        config.bellatrixForkEpoch = 0
        config.capellaForkEpoch = 0
        config.churnLimitQuotient = 2_097_152
        config.denebForkEpoch = 0
        config.depositChainId = PolChain.chainID
        config.depositNetworkId = PolChain.chainID
        config.depositContractAddress = PolChain.depositContract
        config.electraForkEpoch = 0
        config.maxBlobsPerBlockElectra = 0
        config.maxPerEpochActivationExitChurnLimit = 8_000_000_000
        config.minPerEpochChurnLimitElectra = 4_000_000_000
        config.minValidatorWithdrawabilityDelay = 8192
        config.shardCommitteePeriod = 2048
        config.slotDurationMs = 12_000
        return config
    }()
}
