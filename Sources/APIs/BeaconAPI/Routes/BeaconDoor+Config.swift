import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives
import ServiceInterfaces
import SSZ

extension BeaconDoor {
    func addConfigRoutes(to routes: RouteTable) {
        routes.get("/eth/v1/config/spec") { _, _ in Response.data(Self.specValues(spec)) }
        routes.get("/eth/v1/config/fork_schedule") { _, _ in
            Response.data(.array(Self.forkSchedule(spec.config).map { $0.json(spec) }))
        }
        routes.get("/eth/v1/config/deposit_contract") { _, _ in
            Response.data([
                "chain_id": .string(String(spec.config.depositChainId)), "address": .string(spec.config.depositContractAddress.checksummed),
            ])
        }
    }

    /// All values by their specification names, numbers as strings.
    static func specValues(_ spec: BeaconSpec) -> JSONValue {
        var members = spec.preset.namedValues.map { JSONValue.Member($0.name, .string(String($0.value))) }
        members += spec.config.namedValues.map { JSONValue.Member($0.name, .string($0.value)) }
        // The name that clients before SLOT_DURATION_MS read; there is none for a fraction of a second.
        let (seconds, milliseconds) = spec.config.slotDurationMs.quotientAndRemainder(dividingBy: 1000)
        if milliseconds == 0 { members.append(.init("SECONDS_PER_SLOT", .string(String(seconds)))) }
        members += constants
        if spec.fork == .pol { members += polConstants(spec) }
        return .object(members)
    }

    private static let constants: [JSONValue.Member] = {
        let domains: [(String, DomainType)] = [
            ("BEACON_PROPOSER", Constant.domainBeaconProposer), ("BEACON_ATTESTER", Constant.domainBeaconAttester),
            ("RANDAO", Constant.domainRandao), ("DEPOSIT", Constant.domainDeposit), ("VOLUNTARY_EXIT", Constant.domainVoluntaryExit),
            ("SELECTION_PROOF", Constant.domainSelectionProof), ("AGGREGATE_AND_PROOF", Constant.domainAggregateAndProof),
            ("SYNC_COMMITTEE", Constant.domainSyncCommittee),
            ("SYNC_COMMITTEE_SELECTION_PROOF", Constant.domainSyncCommitteeSelectionProof),
            ("CONTRIBUTION_AND_PROOF", Constant.domainContributionAndProof),
            ("BLS_TO_EXECUTION_CHANGE", Constant.domainBlsToExecutionChange), ("APPLICATION_MASK", Constant.domainApplicationMask),
        ]
        let numbers: [(String, UInt64)] = [
            ("FAR_FUTURE_EPOCH", Constant.farFutureEpoch), ("TARGET_AGGREGATORS_PER_COMMITTEE", Constant.targetAggregatorsPerCommittee),
            ("TARGET_AGGREGATORS_PER_SYNC_SUBCOMMITTEE", Constant.targetAggregatorsPerSyncSubcommittee),
            ("SYNC_COMMITTEE_SUBNET_COUNT", Constant.syncCommitteeSubnetCount),
            ("TIMELY_SOURCE_WEIGHT", Constant.timelySourceWeight), ("TIMELY_TARGET_WEIGHT", Constant.timelyTargetWeight),
            ("TIMELY_HEAD_WEIGHT", Constant.timelyHeadWeight), ("SYNC_REWARD_WEIGHT", Constant.syncRewardWeight),
            ("PROPOSER_WEIGHT", Constant.proposerWeight), ("WEIGHT_DENOMINATOR", Constant.weightDenominator),
        ]
        return domains.map { .init("DOMAIN_\($0.0)", .string($0.1.hex)) } + numbers.map { .init($0.0, .string(String($0.1))) }
            + [.init("BLS_WITHDRAWAL_PREFIX", .string([Constant.blsWithdrawalPrefix].hex))]
    }()

    private static func polConstants(_ spec: BeaconSpec) -> [JSONValue.Member] {
        [
            .init("DOMAIN_UPDATE_ACK", .string(Constant.domainUpdateAck.hex)),
            .init("DOMAIN_SEALED_ACK", .string(Constant.domainSealedAck.hex)),
            .init("ACK_TIMEOUT_MS", .string(String(Constant.ackTimeoutMs))),
            .init("ACK_WINDOW_SLOTS", .string(String(spec.ackWindowSlots))),
            .init("MAX_REVEAL_DISTANCE", .string(String(Constant.maxRevealDistance))),
            .init("RECENT_PROPOSERS", .string(String(Constant.recentProposers))),
            .init("GENERAL_LOSSES", .string(String(Constant.generalLosses))),
            .init("MAX_UPDATE_INPUTS", .string(String(Constant.maxUpdateInputs))),
        ]
    }

    /// Every fork with an epoch, oldest first.
    static func forkSchedule(_ config: ChainConfig) -> [Fork] {
        let upgrades: [(version: Version, epoch: Epoch)] = [
            (config.altairForkVersion, config.altairForkEpoch), (config.bellatrixForkVersion, config.bellatrixForkEpoch),
            (config.capellaForkVersion, config.capellaForkEpoch), (config.denebForkVersion, config.denebForkEpoch),
            (config.electraForkVersion, config.electraForkEpoch),
        ]
        var forks = [
            Fork(previousVersion: config.genesisForkVersion, currentVersion: config.genesisForkVersion, epoch: Constant.genesisEpoch)
        ]
        for upgrade in upgrades where upgrade.epoch != Constant.farFutureEpoch {
            forks.append(
                Fork(previousVersion: forks.last?.currentVersion ?? upgrade.version, currentVersion: upgrade.version, epoch: upgrade.epoch))
        }
        return forks
    }
}
