import AckQuorum
import BLS
import BeaconTypes
import ChainStore
import EngineTypes
import KeyValueStore
import Logging
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import TestSupport
import Testing

@testable import BeaconNode

/// A beacon node on a store of its own with the keys of all its validators, a fake execution layer and a clock turned by
/// hand.
struct TestChain {
    static let genesisTime: UInt64 = 1_700_000_000

    let directory: TemporaryFolder
    let file: KeyValueStore
    let time: TurnedTime
    let engine: FakeEngine
    let node: BeaconNode
    let keys: [SecretKey]
    let spec: BeaconSpec

    /// - Parameters:
    ///   - spareKeys: keys of validators that are to come after genesis.
    ///   - base: whose folder is taken over as it is, its engine and clock shared; a new chain without it.
    init(
        validators: Int = 4, spareKeys: Int = 0, spec: BeaconSpec = .pol, resuming base: TestChain? = nil,
        in folder: TemporaryFolder? = nil,
        anchor: CheckpointAnchor? = nil, retention: StateRetention = StateRetention()
    ) throws {
        directory = folder ?? TemporaryFolder()
        var options = KeyValueStore.Options()
        options.durability = .unsynced
        file = try KeyValueStore(directory: directory.path, tables: BeaconStore.tables, options: options)
        self.spec = spec
        keys = try base?.keys ?? (0..<validators + spareKeys).map { try Self.key($0) }
        let genesis = try Self.genesis(keys: Array(keys.prefix(keys.count - spareKeys)), spec: spec)
        let header = genesis.state.latestExecutionPayloadHeader
        time = base?.time ?? TurnedTime(Double(Self.genesisTime))
        engine =
            base?.engine
            ?? FakeEngine(
                genesis: header.blockHash, timestamp: header.timestamp, difficulty: header.difficulty,
                slotMilliseconds: spec.config.slotDurationMs)
        let time = self.time
        let clock = SlotClock(
            genesisTime: Self.genesisTime, slotDurationMilliseconds: spec.config.slotDurationMs, now: { time.now })
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        node = try BeaconNode(
            genesis: genesis, anchor: anchor, clock: clock, store: BeaconStore(file), engine: engine, retention: retention,
            logger: logger)
    }

    static func key(_ index: Int) throws -> SecretKey {
        try SecretKey(bytes: [0] + SHA256.hash(Array("beacon node test key \(index)".utf8)).bytes.dropFirst())
    }

    static func genesis(keys: [SecretKey], spec: BeaconSpec) throws -> CachedBeaconState {
        var header = ExecutionPayloadHeader(default: spec)
        header.blockHash = SHA256.hash(Array("execution genesis".utf8))
        header.timestamp = genesisTime
        header.difficulty = 1000
        header.extraData = [UInt8](repeating: 0, count: 64)
        var learning = LearningState(default: spec)
        learning.baseModelRoot = SHA256.hash([1])
        learning.adapterRoot = SHA256.hash([2])
        let validators = keys.map {
            GenesisValidator(pubkey: $0.publicKey.bytes, withdrawalAddress: .zero, balance: spec.preset.minActivationBalance)
        }
        return try CachedBeaconState.genesisState(
            spec: spec, validators: validators, genesisTime: genesisTime, executionHeader: header, learning: learning)
    }

    /// Turns the clock to `fraction` of `slot` and does what a node does at a slot's start.
    func goTo(_ slot: Slot, fraction: Double = 0) async throws {
        time.set(to: node.clock.start(of: slot) + fraction * node.clock.secondsPerSlot)
        try await node.startSlot()
    }

    /// A signed block for `slot` on the head, not yet imported.
    func propose(_ slot: Slot, graffiti: Bytes32 = .zero) async throws -> SignedBeaconBlock {
        let proposer = try #require(try await node.proposerDuties(epoch: slot / spec.preset.slotsPerEpoch).first { $0.slot == slot })
        let key = keys[Int(proposer.validatorIndex)]
        let epoch = slot / spec.preset.slotsPerEpoch
        let reveal = key.sign(computeSigningRoot(epoch, try await domain(Constant.domainRandao, epoch), Unshaped()))
        let block = try await node.produceBlock(slot: slot, randaoReveal: reveal, graffiti: graffiti)
        return try await sign(block)
    }

    /// The block with its proposer's signature.
    func sign(_ block: BeaconBlock) async throws -> SignedBeaconBlock {
        let root = computeSigningRoot(
            objectRoot: block.hashTreeRoot(spec), try await domain(Constant.domainBeaconProposer, block.slot / spec.preset.slotsPerEpoch))
        return SignedBeaconBlock(message: block, signature: keys[Int(block.proposerIndex)].sign(root))
    }

    func domain(_ type: DomainType, _ epoch: Epoch) async throws -> Domain {
        computeDomain(type, await node.fork(at: epoch).currentVersion, node.genesisValidatorsRoot)
    }

    /// Every validator but `absent` votes for the head in `slot`.
    func attest(_ slot: Slot, except absent: Set<ValidatorIndex> = []) async throws {
        let epoch = slot / spec.preset.slotsPerEpoch
        let duties = try await node.attesterDuties(epoch: epoch, indices: keys.indices.map { ValidatorIndex($0) })
        var votes: [SingleAttestation] = []
        for duty in duties where duty.slot == slot && !absent.contains(duty.validatorIndex) {
            let data = try await node.attestationData(slot: slot, committeeIndex: duty.committeeIndex)
            votes.append(try await vote(data, duty.validatorIndex, committee: duty.committeeIndex))
        }
        try await node.submitAttestations(votes)
    }

    func vote(_ data: AttestationData, _ validator: ValidatorIndex, committee: CommitteeIndex = 0) async throws -> SingleAttestation {
        let root = computeSigningRoot(data, try await domain(Constant.domainBeaconAttester, data.target.epoch), spec)
        return SingleAttestation(
            committeeIndex: committee, attesterIndex: validator, data: data, signature: keys[Int(validator)].sign(root))
    }

    /// One slot as it should be: a block, and everybody's vote for it.
    @discardableResult
    func advance(_ slot: Slot) async throws -> SignedBeaconBlock {
        try await goTo(slot)
        let block = try await propose(slot)
        try await node.publishBlock(block)
        try await attest(slot)
        return block
    }

    /// A certificate for an update on the head's adapter, signed by `voters` (all by default) in `slot`, the head's, which reveals the
    /// candidate's slice.
    func certificate(_ slot: Slot, update: UInt8 = 7, voters: [ValidatorIndex]? = nil, author: ValidatorIndex? = nil) async throws
        -> AckCertificate
    {
        let committee = try await node.ackCommittee(slot: slot)
        let members = committee.context.members
        let (author, announced) = revealed(
            at: slot, by: author.map { [$0] } ?? members, committeeSize: members.count, learning: committee.learning)
        let candidate = UpdateCandidate(
            baseModelRoot: committee.learning.baseModelRoot, parentAdapterRoot: committee.learning.adapterRoot, slot: announced,
            author: author, inputs: [CandidateInput(fileHash: SHA256.hash([update]), rewardAddress: .zero)],
            selected: Bitlist([true]))
        let ack = UpdateAck(
            slot: slot, anchorRoot: committee.context.anchorRoot, updateId: candidate.updateID(spec), author: candidate.author,
            verdict: 1, adapterRoot: SHA256.hash([update, 1]), lossBefore: Float(4).bitPattern, lossAfter: Float(3).bitPattern,
            sliceSeed: committee.context.sliceSeed(candidate.updateID(spec)))
        let losses = SHA256.hash([update, 2])
        let signing = committee.context.signingRoot(AckStatement(ack: ack, lossesRoot: losses))
        let signers = voters ?? members
        var bits = Bitlist(count: members.count)
        for (seat, member) in members.enumerated() where signers.contains(member) { bits[seat] = true }
        let signatures = members.filter(signers.contains).map { keys[Int($0)].sign(signing) }
        return AckCertificate(
            candidate: candidate, ack: ack, committeeBits: bits,
            signature: signatures.isEmpty ? BLSSignature() : try BLS.aggregate(signatures), lossesRoot: losses)
    }

    /// An author and a slot of a candidate that `slot` reveals; where there is none, the first author and the slot before.
    private func revealed(at slot: Slot, by authors: [ValidatorIndex], committeeSize: Int, learning: LearningState) -> (
        ValidatorIndex, Slot
    ) {
        for author in authors {
            for announced in (max(1, slot - min(slot, Constant.maxRevealDistance))..<slot).reversed() {
                var candidate = UpdateCandidate()
                (candidate.author, candidate.slot) = (author, announced)
                if RevealRule.slot(candidate, committeeSize: committeeSize, learning: learning, headSlot: slot) == slot {
                    return (author, announced)
                }
            }
        }
        return (authors[0], slot - 1)
    }

    /// `block` with another certificate, its `extra_data` to match, signed anew. Its state root no longer fits.
    func replacing(_ certificate: AckCertificate, in block: SignedBeaconBlock) async throws -> SignedBeaconBlock {
        var message = block.message
        message.body.ackCertificate = certificate
        message.body.executionPayload.extraData = PolExtraData.bytes(
            parentHash: message.body.executionPayload.parentHash, updateID: certificate.ack.updateId)
        return try await sign(message)
    }
}
