import BLS
public import BeaconTypes
public import Logging
public import Primitives
public import ServiceInterfaces
import StateTransition

/// Does the duties of this node's validators: proposes, attests, aggregates, serves in sync committees, and votes on
/// updates.
///
/// Every signature goes through the slashing protection, which writes to disk before it allows one. Duties of
/// one slot never wait for those of another, and a failed duty is logged, never fatal.
public actor ValidatorClient {
    /// What a validator client asks of a beacon node in any case.
    public typealias Node = AttestationDuties & BeaconEventSource & DutySchedule & ValidatorLookup
    let node: any Node
    let proposals: (any BlockProposals)?
    let committees: (any CommitteeDuties)?
    let liveness: (any ValidatorLiveness)?
    let ackVoting: AckVoting?
    let standings: (any ValidatorStandingReader)?
    let detectsDoppelgangers: Bool
    let keys: ValidatorKeys
    let protection: ProtectionDatabase
    let feeRecipient: ExecutionAddress
    let graffiti: Bytes32
    let logger: Logger
    private(set) var indices: [BLSPubkey: ValidatorIndex] = [:]
    /// Keys that must not sign now.
    var held: [BLSPubkey: HoldReason] = [:]
    /// Keys whose proposals are passed over, once that is told.
    var slashed: Set<BLSPubkey> = []
    var syncDuties: SyncDutyCache?
    var figures = ValidatorFigures()
    /// The newest slots in which a proposal and committee duties were due. A clock that is set back leads past them.
    var newestProposal: Slot?
    var newestCommitteeSlot: Slot?

    /// - Parameters:
    ///   - proposals: builds and takes blocks; without it none is proposed.
    ///   - committees: where aggregates and sync committee messages go; without it neither is made.
    ///   - liveness: sees validators at work; without it the protection database is not compared with the chain.
    ///   - ackVoting: where a node in another process asks for votes on updates. A node in this process calls `sign` itself.
    ///   - standings: tells status and balance of the validators; without it metrics leave them out, and slashed ones try to propose.
    ///   - detectsDoppelgangers: watch the chain for two epochs before the first signature. Needs `liveness`.
    ///   - keys: the signing keys of the validators to serve.
    ///   - protection: the open slashing protection database.
    ///   - feeRecipient: where execution fees of proposed blocks go.
    ///   - graffiti: 32 free bytes in each proposed block.
    public init(
        node: any Node, proposals: (any BlockProposals)? = nil, committees: (any CommitteeDuties)? = nil,
        liveness: (any ValidatorLiveness)? = nil, ackVoting: AckVoting? = nil, standings: (any ValidatorStandingReader)? = nil,
        detectsDoppelgangers: Bool = false, keys: ValidatorKeys, protection: ProtectionDatabase,
        feeRecipient: ExecutionAddress, graffiti: Bytes32, logger: Logger
    ) {
        self.node = node
        self.proposals = proposals
        self.committees = committees
        self.liveness = liveness
        self.ackVoting = ackVoting
        self.standings = standings
        self.detectsDoppelgangers = detectsDoppelgangers
        self.keys = keys
        self.protection = protection
        self.feeRecipient = feeRecipient
        self.graffiti = graffiti
        self.logger = logger
        if liveness != nil { held = Dictionary(keys.publicKeys.map { ($0, .notCompared) }) { first, _ in first } }
    }

    /// Does duties slot by slot until the task is cancelled.
    public func run() async {
        await checkProtectionAgainstChain()
        let watch = holdForDoppelgangers()
        await withDiscardingTaskGroup { group in
            if let proposals { group.addTask { await self.runProposals(proposals) } }
            group.addTask { await self.runCommitteeDuties() }
            if let ackVoting { group.addTask { await self.runAckRequests(ackVoting) } }
            if let watch { group.addTask { await self.runDoppelgangerWatch(watch) } }
        }
    }

    /// The registry index of each key that has one, asked anew while some have none.
    func resolvedIndices() async throws -> [BLSPubkey: ValidatorIndex] {
        if indices.count < keys.publicKeys.count {
            indices = try await node.validatorIndices(of: keys.publicKeys)
        }
        return indices
    }

    /// The registry indices of the keys that may sign now.
    func signingIndices() async throws -> [ValidatorIndex] {
        try await resolvedIndices().filter { held[$0.key] == nil }.map(\.value).sorted()
    }

    /// The chain's time, by which the duties go.
    public nonisolated var clock: SlotClock { node.clock }

    func epoch(of slot: Slot) -> Epoch { slot / node.spec.preset.slotsPerEpoch }

    /// The signing domain of `type` at `epoch` (spec `get_domain`).
    func domain(_ type: DomainType, epoch: Epoch) async throws -> Domain {
        let fork = try await node.fork(at: epoch)
        let version = epoch < fork.epoch ? fork.previousVersion : fork.currentVersion
        return computeDomain(type, version, node.genesisValidatorsRoot)
    }
}
