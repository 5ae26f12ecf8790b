import AckQuorum
import BeaconTypes
import ContentRouting
import Primitives
import ServiceInterfaces

/// A beacon node that is asked nothing.
struct FakeChain: BeaconChainReader, BeaconNodeClient {
    struct NotAsked: Error {}

    var spec: BeaconSpec { .pol }
    var clock: SlotClock { SlotClock(genesisTime: 0, slotDurationMilliseconds: 12_000) { 100 } }
    var genesisValidatorsRoot: Root { .zero }

    /// The only block there is.
    var only: ChainBlock?

    func block(_ id: BlockID) async throws -> ChainBlock? { only }
    func state(_ id: BlockID) async throws -> ChainState? { nil }
    func blockRoot(_ id: BlockID) async throws -> Root? { nil }
    func syncStatus() async -> BeaconSyncStatus {
        BeaconSyncStatus(headSlot: 0, syncDistance: 0, isSyncing: false, isOptimistic: false, isExecutionOffline: false)
    }
    func events() async -> AsyncStream<BeaconEvent> { AsyncStream { $0.finish() } }

    func ackCommittee(slot: Slot) async throws -> AckCommittee { throw NotAsked() }
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
}

/// Files in memory.
actor FakeRouting: BlobStore, LearningTopics, ValueStore {
    private(set) var blobs: [Hash32: [UInt8]] = [:]

    func publish(_ blob: [UInt8]) -> Hash32 {
        blobs[SHA256.hash(blob)] = blob
        return SHA256.hash(blob)
    }
    func fetch(_ id: Hash32) -> [UInt8]? { blobs[id] }
    func drop(_ ids: [Hash32]) { for id in ids { blobs[id] = nil } }
    func announcedBlobs() -> AsyncStream<Hash32> { AsyncStream { $0.finish() } }
    func announce(_ candidate: UpdateCandidate) {}
    func announce(_ vote: SignedUpdateAck) {}
    func candidates() -> AsyncStream<UpdateCandidate> { AsyncStream { $0.finish() } }
    func votes() -> AsyncStream<SignedUpdateAck> { AsyncStream { $0.finish() } }
    func put(_ record: DHTRecord) {}
    func records(prefix: String) -> [DHTRecord] { [] }
}

/// All files of the routing, as old as is asked for.
struct FakeRetention: BlobRetention {
    let routing: FakeRouting
    var fill = 0.0
    var age = 90_000.0

    func blobFill() -> Double { fill }
    func blobs(olderThan seconds: Double) async -> [Hash32] { age >= seconds ? Array(await routing.blobs.keys) : [] }
    func remove(_ ids: [Hash32]) async { await routing.drop(ids) }
}
