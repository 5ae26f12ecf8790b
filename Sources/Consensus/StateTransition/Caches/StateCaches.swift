import BeaconTypes

/// What is derived from a state and expensive to derive again. Every entry carries the epoch or slot for which it
/// holds, and none of these values can change within it:
/// active sets are fixed MAX_SEED_LOOKAHEAD epochs ahead, seeds MIN_SEED_LOOKAHEAD epochs ahead, and effective
/// balances move only at the end of an epoch.
struct StateCaches: Sendable {
    /// Shufflings of recent epochs, the newest last.
    var committees: [EpochCommittees] = []
    /// `get_total_active_balance` of an epoch.
    var totalActiveBalance: (epoch: Epoch, balance: Gwei)?
    /// `get_beacon_proposer_index` of a slot.
    var proposer: (slot: Slot, index: ValidatorIndex)?
    /// What epochs ask of every validator.
    var columns: EpochColumns?
    /// Validator indices by public key.
    var registry: RegistryIndex
}
