import AckQuorum
public import BLS
public import BeaconNode
public import BeaconTypes
import ChainStore
import EngineTypes
import KeyValueStore
import Logging
public import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
public import TestSupport

/// A node on a chain of validators whose keys the test holds. Blocks come when the test wants them.
public struct OperationChain: Sendable {
    public static let genesisTime: UInt64 = 1_700_000_000

    public let spec: BeaconSpec
    public let keys: [SecretKey]
    public let node: BeaconNode
    public let engine: ObligingEngine
    public let clock: TurnedTime
    private let folder = TemporaryFolder()

    /// - Parameter exitableAt: `SHARD_COMMITTEE_PERIOD`, epochs.
    public init(validators: Int = 4, exitableAt: UInt64 = 0) throws {
        var config = ChainConfig.pol
        config.shardCommitteePeriod = exitableAt
        let spec = BeaconSpec(preset: .pol, config: config, fork: .pol)
        self.spec = spec
        keys = try (1...validators).map { number in
            try SecretKey(bytes: [UInt8](repeating: 0, count: 24) + withUnsafeBytes(of: UInt64(number).bigEndian) { Array($0) })
        }
        var header = ExecutionPayloadHeader(default: spec)
        header.blockHash = .filled(0xe0)
        header.timestamp = Self.genesisTime
        header.difficulty = UInt256(4096)
        let genesis = try CachedBeaconState.genesisState(
            spec: spec,
            validators: keys.map { key in
                // BLS credentials, so that they can be changed.
                var credentials = SHA256.hash(key.publicKey.bytes.bytes).bytes
                credentials[0] = Constant.blsWithdrawalPrefix
                return GenesisValidator(
                    pubkey: key.publicKey.bytes, withdrawalCredentials: Hash32(credentials) ?? .zero,
                    balance: spec.preset.minActivationBalance)
            }, genesisTime: Self.genesisTime, executionHeader: header)
        let clock = TurnedTime(Double(Self.genesisTime))
        self.clock = clock
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        engine = ObligingEngine(genesis: header, slotDurationMs: config.slotDurationMs)
        node = try BeaconNode(
            genesis: genesis,
            clock: SlotClock(genesisTime: Self.genesisTime, slotDurationMilliseconds: config.slotDurationMs) { clock.now },
            store: BeaconStore(KeyValueStore(directory: folder.path, tables: BeaconStore.tables)),
            engine: engine, logger: logger)
    }

    /// Runs `body` with a chain.
    public static func with(
        validators: Int = 4, exitableAt: UInt64 = 0, _ body: (OperationChain) async throws -> Void
    ) async throws {
        try await body(try OperationChain(validators: validators, exitableAt: exitableAt))
    }

    public func head() async throws -> BeaconState {
        guard let head = try await node.state(.head) else { throw SubmissionRefused("no head") }
        return head.state
    }

    /// Moves the clock a second into `slot`.
    public func enter(_ slot: Slot) {
        clock.set(to: Double(Self.genesisTime) + Double(slot * spec.config.slotDurationMs / 1000) + 1)
    }

    /// A block for `slot` on the head, signed by its proposer.
    public func signedBlock(_ slot: Slot) async throws -> SignedBeaconBlock {
        let duty = try await node.proposerDuties(epoch: slot / spec.preset.slotsPerEpoch).first { $0.slot == slot }
        guard let duty else { throw SubmissionRefused("nobody proposes in slot \(slot)") }
        let reveal = try await sign(slot.hashTreeRoot(), Constant.domainRandao, slot, by: duty.validatorIndex)
        let block = try await node.produceBlock(slot: slot, randaoReveal: reveal, graffiti: .zero)
        let signature = try await sign(block.hashTreeRoot(spec), Constant.domainBeaconProposer, slot, by: block.proposerIndex)
        return SignedBeaconBlock(message: block, signature: signature)
    }

    /// Proposes and imports the block of `slot`.
    @discardableResult
    public func extend(to slot: Slot) async throws -> SignedBeaconBlock {
        enter(slot)
        let block = try await signedBlock(slot)
        try await node.publishBlock(block)
        return block
    }

    /// Everybody votes for the head in the clock's slot, then the block of `slot` follows.
    @discardableResult
    public func advance(to slot: Slot) async throws -> SignedBeaconBlock {
        try await node.submitAttestations(try await votes(node.clock.currentSlot ?? 0))
        return try await extend(to: slot)
    }

    /// Proposes and imports the block of `slot`, whose payload the execution layer cannot check.
    @discardableResult
    public func extendOptimistically(to slot: Slot) async throws -> SignedBeaconBlock {
        enter(slot)
        let block = try await signedBlock(slot)
        await engine.setBehind(true)
        try await node.publishBlock(block)
        return block
    }

    /// `validator`'s signature of something whose root is `root`, in the domain of the slot's epoch.
    public func sign(_ root: Root, _ type: DomainType, _ slot: Slot, by validator: ValidatorIndex) async throws -> BLSSignature {
        let version = node.fork(at: slot / spec.preset.slotsPerEpoch).currentVersion
        let domain = computeDomain(type, version, node.genesisValidatorsRoot)
        return keys[Int(validator)].sign(computeSigningRoot(objectRoot: root, domain))
    }

    public func exit(_ validator: ValidatorIndex, epoch: Epoch = 0) async throws -> SignedVoluntaryExit {
        let message = VoluntaryExit(epoch: epoch, validatorIndex: validator)
        let domain = computeDomain(Constant.domainVoluntaryExit, spec.config.capellaForkVersion, node.genesisValidatorsRoot)
        return SignedVoluntaryExit(message: message, signature: keys[Int(validator)].sign(computeSigningRoot(message, domain, spec)))
    }

    public func proposerSlashing(_ validator: ValidatorIndex, slot: Slot = 1) async throws -> ProposerSlashing {
        func header(_ byte: UInt8) async throws -> SignedBeaconBlockHeader {
            let header = BeaconBlockHeader(
                slot: slot, proposerIndex: validator, parentRoot: .filled(byte), stateRoot: .zero, bodyRoot: .zero)
            let signature = try await sign(header.hashTreeRoot(spec), Constant.domainBeaconProposer, slot, by: validator)
            return SignedBeaconBlockHeader(message: header, signature: signature)
        }
        return ProposerSlashing(signedHeader1: try await header(1), signedHeader2: try await header(2))
    }

    /// A double vote of one validator.
    public func attesterSlashing(_ validator: ValidatorIndex) async throws -> AttesterSlashing {
        func vote(_ byte: UInt8) async throws -> IndexedAttestation {
            var data = AttestationData()
            data.beaconBlockRoot = .filled(byte)
            let signature = try await sign(data.hashTreeRoot(spec), Constant.domainBeaconAttester, 0, by: validator)
            return IndexedAttestation(attestingIndices: [validator], data: data, signature: signature)
        }
        return AttesterSlashing(attestation1: try await vote(1), attestation2: try await vote(2))
    }

    /// The votes of the given members (all by default) of the slot's only committee.
    public func votes(_ slot: Slot, by members: Set<ValidatorIndex>? = nil) async throws -> [SingleAttestation] {
        let data = try await node.attestationData(slot: slot, committeeIndex: 0)
        let duties = try await node.attesterDuties(
            epoch: slot / spec.preset.slotsPerEpoch, indices: keys.indices.map { ValidatorIndex($0) })
        var votes: [SingleAttestation] = []
        for duty in duties where duty.slot == slot && members?.contains(duty.validatorIndex) ?? true {
            votes.append(
                SingleAttestation(
                    committeeIndex: duty.committeeIndex, attesterIndex: duty.validatorIndex, data: data,
                    signature: try await sign(data.hashTreeRoot(spec), Constant.domainBeaconAttester, slot, by: duty.validatorIndex)))
        }
        return votes
    }

    /// Every sync committee member's signature of the head.
    public func syncMessages(_ slot: Slot) async throws -> [SyncCommitteeMessage] {
        let root = try await node.headRoot()
        let indices = keys.indices.map { ValidatorIndex($0) }
        var messages: [SyncCommitteeMessage] = []
        for duty in try await node.syncDuties(epoch: (slot + 1) / spec.preset.slotsPerEpoch, indices: indices) {
            messages.append(
                SyncCommitteeMessage(
                    slot: slot, beaconBlockRoot: root, validatorIndex: duty.validatorIndex,
                    signature: try await sign(root, Constant.domainSyncCommittee, slot, by: duty.validatorIndex)))
        }
        return messages
    }
}

extension Root {
    public static func filled(_ byte: UInt8) -> Root { Root([UInt8](repeating: byte, count: 32)) ?? .zero }
}
