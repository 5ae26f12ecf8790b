/// Everything that is fixed for one chain and known only at run time: preset, configuration and fork.
///
/// Immutable, and a class so that passing it to every encoding and rule costs a pointer.
public final class BeaconSpec: Sendable {
    public let preset: Preset
    public let config: ChainConfig
    public let fork: ForkName

    public init(preset: Preset, config: ChainConfig, fork: ForkName) {
        self.preset = preset
        self.config = config
        self.fork = fork
    }

    /// Electra with mainnet's preset and configuration.
    public static let mainnet = BeaconSpec(preset: .mainnet, config: .mainnet, fork: .electra)
    /// Electra with the minimal preset and configuration: the official test vectors.
    public static let minimal = BeaconSpec(preset: .minimal, config: .minimal, fork: .electra)
    /// The `pol` chain.
    public static let pol = BeaconSpec(preset: .pol, config: .pol, fork: .pol)
}

extension BeaconSpec {
    /// The limit of a payload's withdrawals: the official ones, and under `pol` the queued trainer rewards behind them.
    public var withdrawalsLimit: UInt64 {
        preset.maxWithdrawalsPerPayload + (fork == .pol ? Constant.maxUpdateInputs : 0)
    }

    /// `ACK_WINDOW_SLOTS`: how many slots after the vote's slot a certificate may still be included, ⌈30 s / slot⌉.
    public var ackWindowSlots: UInt64 {
        let duration = max(config.slotDurationMs, 1)
        return (Constant.ackTimeoutMs + duration - 1) / duration
    }

    /// `MAX_ACK_EVIDENCE_AGE`: slots for which an `AckQuorumSlashing` may be included, so that the block roots that its
    /// verification needs are still in the state.
    public var maxAckEvidenceAge: UInt64 {
        let margin = ackWindowSlots + 3
        return preset.slotsPerHistoricalRoot > margin ? preset.slotsPerHistoricalRoot - margin : 0
    }
}
