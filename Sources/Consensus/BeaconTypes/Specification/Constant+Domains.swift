public import Primitives

extension Constant {
    // Signature domains (phase0 `beacon-chain.md` "Domain types", altair `validator.md`, capella `beacon-chain.md`)
    public static let domainBeaconProposer = DomainType(storage: [0x00, 0, 0, 0])
    public static let domainBeaconAttester = DomainType(storage: [0x01, 0, 0, 0])
    public static let domainRandao = DomainType(storage: [0x02, 0, 0, 0])
    public static let domainDeposit = DomainType(storage: [0x03, 0, 0, 0])
    public static let domainVoluntaryExit = DomainType(storage: [0x04, 0, 0, 0])
    public static let domainSelectionProof = DomainType(storage: [0x05, 0, 0, 0])
    public static let domainAggregateAndProof = DomainType(storage: [0x06, 0, 0, 0])
    public static let domainSyncCommittee = DomainType(storage: [0x07, 0, 0, 0])
    public static let domainSyncCommitteeSelectionProof = DomainType(storage: [0x08, 0, 0, 0])
    public static let domainContributionAndProof = DomainType(storage: [0x09, 0, 0, 0])
    public static let domainBlsToExecutionChange = DomainType(storage: [0x0a, 0, 0, 0])
    /// Marks domains of applications; not valid on the chain itself.
    public static let domainApplicationMask = DomainType(storage: [0x00, 0, 0, 0x01])
    /// A verdict on a candidate update with the losses behind it. Part of the `pol` fork.
    public static let domainUpdateAck = DomainType(storage: [0x0f, 0, 0, 0])
    /// A vote on a candidate update as it travels. Part of the `pol` fork.
    public static let domainSealedAck = DomainType(storage: [0x10, 0, 0, 0])
}
