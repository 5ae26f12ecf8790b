public import Primitives

/// The specification's constants, equal on every chain (phase0 … electra, "Constants"), and those of the `pol` fork.
/// Names are the specification's in camelCase.
public enum Constant {
    // Time
    public static let genesisSlot: Slot = 0
    public static let genesisEpoch: Epoch = 0
    /// An epoch that never comes: "not yet".
    public static let farFutureEpoch: Epoch = .max
    public static let basisPoints: UInt64 = 10_000

    // State
    public static let justificationBitsLength: UInt64 = 4
    public static let depositContractTreeDepth: UInt64 = 32
    public static let unsetDepositRequestsStartIndex: UInt64 = .max
    /// In a `WithdrawalRequest`: leave completely.
    public static let fullExitRequestAmount: Gwei = 0
    public static let baseRewardsPerEpoch: UInt64 = 4
    public static let ethToGwei: UInt64 = 1_000_000_000
    public static let uint64MaxSqrt: UInt64 = 4_294_967_295

    // Withdrawal credentials, first byte
    public static let blsWithdrawalPrefix: UInt8 = 0x00
    public static let eth1AddressWithdrawalPrefix: UInt8 = 0x01
    public static let compoundingWithdrawalPrefix: UInt8 = 0x02

    // Execution requests, first byte (EIP-7685)
    public static let depositRequestType: UInt8 = 0x00
    public static let withdrawalRequestType: UInt8 = 0x01
    public static let consolidationRequestType: UInt8 = 0x02

    // Participation (altair)
    public static let timelySourceFlagIndex = 0
    public static let timelyTargetFlagIndex = 1
    public static let timelyHeadFlagIndex = 2
    public static let timelySourceWeight: UInt64 = 14
    public static let timelyTargetWeight: UInt64 = 26
    public static let timelyHeadWeight: UInt64 = 14
    public static let syncRewardWeight: UInt64 = 2
    public static let proposerWeight: UInt64 = 8
    public static let weightDenominator: UInt64 = 64
    /// `PARTICIPATION_FLAG_WEIGHTS`, by flag index.
    public static let participationFlagWeights: [UInt64] = [timelySourceWeight, timelyTargetWeight, timelyHeadWeight]

    // Aggregation and networking (phase0 and altair `validator.md`, phase0 `fork-choice.md`)
    public static let targetAggregatorsPerCommittee: UInt64 = 16
    public static let targetAggregatorsPerSyncSubcommittee: UInt64 = 16
    public static let syncCommitteeSubnetCount: UInt64 = 4
    public static let nodeIdBits: UInt64 = 256
    public static let maxConcurrentRequests: UInt64 = 2
    public static let maxRequestLightClientUpdates: UInt64 = 128
    public static let safeSlotsToImportOptimistically: UInt64 = 128
    public static let committeeWeightEstimationAdjustmentFactor: UInt64 = 5

    // Blobs (deneb)
    public static let bytesPerFieldElement: UInt64 = 32
    public static let versionedHashVersionKzg: UInt8 = 0x01

    /// The compressed point at infinity of G2: the signature of an empty sync aggregate.
    public static let g2PointAtInfinity: BLSSignature = {
        var point = BLSSignature()
        point[0] = 0xc0
        return point
    }()
}
