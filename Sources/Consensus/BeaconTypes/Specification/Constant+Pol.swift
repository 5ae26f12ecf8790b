import EngineTypes

extension Constant {
    // The `pol` fork
    public static let verdictValid: UInt8 = 1
    public static let verdictInvalid: UInt8 = 2
    /// Trainers' files in one candidate at most, and rewards queued at once.
    public static let maxUpdateInputs: UInt64 = 16
    /// Length of `LearningState.recentUpdateIds`.
    public static let recentUpdateIDs: UInt64 = 64
    /// How many slots after a candidate's its reveal block may be.
    public static let maxRevealDistance: UInt64 = 16
    /// Length of `LearningState.recentProposers`: more than the way from a candidate over its reveal to the last block that may hold its
    /// certificate.
    public static let recentProposers: UInt64 = 64
    /// In `LearningState.recentProposers`: nobody.
    public static let noProposer: ValidatorIndex = .max
    /// Length of `LearningState.generalLosses`.
    public static let generalLosses: UInt64 = 64
    /// Per block.
    public static let maxAckQuorumSlashings: UInt64 = 4
    /// Per block.
    public static let maxAckContradictions: UInt64 = 4
    /// How long members may take to vote: see `BeaconSpec.ackWindowSlots`.
    public static let ackTimeoutMs: UInt64 = 30_000
    /// The same in seconds.
    public static let ackTimeoutSeconds = ackTimeoutMs / 1000
    /// The part of the effective balance that both ACK slashings take.
    public static let ackSlashingPenaltyQuotient: UInt64 = 32
    /// Gwei per update at most: one coin.
    public static let maxTrainerReward: Gwei = 1_000_000_000
    /// Gwei per fall of the loss by 1.
    public static let trainerRewardPerUnitLoss: Gwei = 1_000_000_000
    /// The validator index of a withdrawal that pays a trainer.
    public static let trainerRewardIndex: ValidatorIndex = .max
    /// The floor of the proof-of-work difficulty.
    public static let minDifficulty: UInt64 = PolChain.minimumDifficulty
}
