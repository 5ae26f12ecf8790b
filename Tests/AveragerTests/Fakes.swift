import AckQuorum
import BLS
import BeaconTypes
import ContentRouting
import LoRA
import Primitives
import ServiceInterfaces

/// A network of one: what was published, put and announced.
actor FakeRouting: BlobStore, LearningTopics, ValueStore {
    private var blobs: [Hash32: [UInt8]] = [:]
    private(set) var announced: [UpdateCandidate] = []
    private(set) var announcedVotes: [SignedUpdateAck] = []
    private(set) var stored: [DHTRecord] = []

    func publish(_ blob: [UInt8]) -> Hash32 {
        let id = SHA256.hash(blob)
        blobs[id] = blob
        return id
    }

    func fetch(_ id: Hash32) -> [UInt8]? { blobs[id] }
    /// Announces every file once, in no particular order, and ends.
    func announcedBlobs() -> AsyncStream<Hash32> {
        AsyncStream { stream in
            for id in blobs.keys { stream.yield(id) }
            stream.finish()
        }
    }

    func announce(_ candidate: UpdateCandidate) { announced.append(candidate) }
    func announce(_ vote: SignedUpdateAck) { announcedVotes.append(vote) }
    func candidates() -> AsyncStream<UpdateCandidate> { AsyncStream { $0.finish() } }
    func votes() -> AsyncStream<SignedUpdateAck> { AsyncStream { $0.finish() } }
    func put(_ record: DHTRecord) { stored.append(record) }
    func records(prefix: String) -> [DHTRecord] { stored.filter { $0.key.hasPrefix(prefix) } }
}

/// A beacon node of which only the ACK committee is asked.
struct FakeNode: BeaconNodeClient {
    struct NotAsked: Error {}

    let committee: AckCommittee
    let clock: SlotClock
    var spec: BeaconSpec { .pol }
    var genesisValidatorsRoot: Root { .zero }

    func ackCommittee(slot: Slot) async throws -> AckCommittee {
        guard slot == committee.slot else { throw NotAsked() }
        return committee
    }

    func validatorIndices(of publicKeys: [BLSPubkey]) async throws -> [BLSPubkey: ValidatorIndex] { throw NotAsked() }
    func proposerDuties(epoch: Epoch) async throws -> [ProposerDuty] { throw NotAsked() }
    func attesterDuties(epoch: Epoch, indices: [ValidatorIndex]) async throws -> [AttesterDuty] { throw NotAsked() }
    func attestationData(slot: Slot, committeeIndex: CommitteeIndex) async throws -> AttestationData { throw NotAsked() }
    func fork(at epoch: Epoch) async throws -> Fork { throw NotAsked() }
    func prepareProposal(slot: Slot, feeRecipient: ExecutionAddress) async throws { throw NotAsked() }
    func produceBlock(slot: Slot, randaoReveal: BLSSignature, graffiti: Bytes32) async throws -> BeaconBlock { throw NotAsked() }
    func publishBlock(_ block: SignedBeaconBlock) async throws { throw NotAsked() }
    func submitAttestations(_ attestations: [SingleAttestation]) async throws { throw NotAsked() }
    func submitAckCertificate(_ certificate: AckCertificate) async throws { throw NotAsked() }
    func events() async -> AsyncStream<BeaconEvent> { AsyncStream { $0.finish() } }
}

/// Signs with the keys it holds, by registry index; some are named and never sign.
struct FakeSigner: AckSigner {
    struct Silent: Error {}

    let secrets: [ValidatorIndex: SecretKey]
    let domain: Domain
    var silent: Set<ValidatorIndex> = []

    func signers(among members: [ValidatorIndex]) async -> [ValidatorIndex] { members.filter { secrets[$0] != nil } }

    func sign(_ ack: UpdateAck, validator: ValidatorIndex) async throws -> SignedUpdateAck {
        guard let secret = secrets[validator] else { throw FakeNode.NotAsked() }
        guard !silent.contains(validator) else { throw Silent() }
        return SignedUpdateAck(
            message: ack, validatorIndex: validator, signature: secret.sign(updateAckSigningRoot(ack, domain: domain, spec: .pol)))
    }
}

/// Gives the zero adapter the loss 2 and every other the loss it is told.
actor FakeEvaluator: LossEvaluator {
    nonisolated let baseModelRoot: Hash32
    nonisolated let layout: LoRALayout
    private let lossAfter: Float
    private let losses: (@Sendable (LoRAAdapter) -> Float)?
    private(set) var evaluations = 0

    init(baseModelRoot: Hash32, layout: LoRALayout, lossAfter: Float, losses: (@Sendable (LoRAAdapter) -> Float)? = nil) {
        self.baseModelRoot = baseModelRoot
        self.layout = layout
        self.lossAfter = lossAfter
        self.losses = losses
    }

    func evaluate(_ adapter: LoRAAdapter) -> LossEvaluation {
        evaluations += 1
        let loss = adapter == .zero(layout) ? 2 : losses?(adapter) ?? lossAfter
        return LossEvaluation(lossBits: loss.bitPattern, tokens: 100, seconds: 0)
    }
}

actor FakeAdapters: AdapterSource {
    private(set) var held: [Hash32: LoRAAdapter]

    init(_ adapters: [LoRAAdapter]) { held = Dictionary(uniqueKeysWithValues: adapters.map { ($0.root, $0) }) }

    func adapter(_ root: Hash32) -> LoRAAdapter? { held[root] }
    func keep(_ adapter: LoRAAdapter) { held[adapter.root] = adapter }
}

/// Finds an entry by its update's id, and the newest by a file's.
actor FakeJournal: UpdateJournal {
    private var entries: [String: UpdateSummary] = [:]

    func note(_ summary: UpdateSummary) {
        for key in [summary.updateID] + summary.inputs { entries[key] = summary }
    }

    func summary(_ id: Hash32) -> UpdateSummary? { entries[id.hex] }
}
