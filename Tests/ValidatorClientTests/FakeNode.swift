import TestSupport
import AckQuorum
import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces

/// A beacon node that hands out duties for every validator in every slot and keeps what it is sent.
actor FakeNode: BeaconNodeClient, CommitteeDuties, ValidatorLiveness, ValidatorStandingReader {
    nonisolated let spec = BeaconSpec.pol
    nonisolated let clock: SlotClock
    nonisolated let genesisValidatorsRoot = testChain

    let publicKeys: [BLSPubkey]
    var headRootAnswer = root(1)
    var source = Checkpoint(epoch: 3, root: root(30))
    /// What is answered about slots other than the asked one.
    var answersWrongSlot = false
    /// Called with each batch of attestations as it arrives.
    var onAttestations: (@Sendable ([SingleAttestation]) -> Void)?
    var live: [Epoch: Set<ValidatorIndex>] = [:]
    var newest: Epoch = 0
    /// `nil` for no answer.
    var standingsAnswer: [ValidatorIndex: ValidatorStanding]? = [:]
    /// The proposer of every slot.
    var proposer: ValidatorIndex = 0

    private(set) var attestations: [SingleAttestation] = []
    private(set) var aggregates: [SignedAggregateAndProof] = []
    private(set) var messages: [SyncCommitteeMessage] = []
    private(set) var contributions: [SignedContributionAndProof] = []
    private(set) var blocks: [SignedBeaconBlock] = []
    private(set) var prepared: [Slot] = []
    private(set) var syncDutyRequests: [Epoch] = []
    nonisolated let preparations = Count()
    nonisolated let proposals = Count()
    nonisolated let votes = Count()
    private var broadcast = Broadcast<BeaconEvent>()

    init(clock: SlotClock, publicKeys: [BLSPubkey]) {
        self.clock = clock
        self.publicKeys = publicKeys
    }

    func set(_ change: @Sendable (isolated FakeNode) -> Void) { change(self) }

    func announceHead(_ slot: Slot) {
        broadcast.send(.head(root: headRootAnswer, slot: slot, stateRoot: root(2), isOptimistic: false))
    }

    func standings(of indices: [ValidatorIndex]) throws -> [ValidatorIndex: ValidatorStanding] {
        guard let standingsAnswer else { throw CancellationError() }
        return standingsAnswer.filter { indices.contains($0.key) }
    }

    func validatorIndices(of wanted: [BLSPubkey]) -> [BLSPubkey: ValidatorIndex] {
        var found: [BLSPubkey: ValidatorIndex] = [:]
        for (index, key) in publicKeys.enumerated() where wanted.contains(key) { found[key] = ValidatorIndex(index) }
        return found
    }

    func proposerDuties(epoch: Epoch) -> [ProposerDuty] {
        [ProposerDuty(publicKey: publicKeys[Int(proposer)], validatorIndex: proposer, slot: epoch)]
    }

    func attesterDuties(epoch: Epoch, indices: [ValidatorIndex]) -> [AttesterDuty] {
        indices.map { index in
            AttesterDuty(
                publicKey: publicKeys[Int(index)], validatorIndex: index, committeeIndex: 0,
                committeeLength: UInt64(publicKeys.count), validatorCommitteeIndex: index, slot: epoch)
        }
    }

    func attestationData(slot: Slot, committeeIndex: CommitteeIndex) -> AttestationData {
        let slot = answersWrongSlot ? slot + 1 : slot
        return AttestationData(
            slot: slot, index: 0, beaconBlockRoot: headRootAnswer, source: source, target: Checkpoint(epoch: slot, root: root(31)))
    }

    func fork(at epoch: Epoch) -> Fork {
        Fork(previousVersion: spec.config.electraForkVersion, currentVersion: spec.config.electraForkVersion, epoch: 0)
    }

    func prepareProposal(slot: Slot, feeRecipient: ExecutionAddress) {
        prepared.append(slot)
        preparations.add()
    }

    func produceBlock(slot: Slot, randaoReveal: BLSSignature, graffiti: Bytes32) -> BeaconBlock {
        var block = BeaconBlock(default: spec)
        block.slot = answersWrongSlot ? slot + 1 : slot
        block.proposerIndex = proposer
        block.parentRoot = headRootAnswer
        block.body.randaoReveal = randaoReveal
        return block
    }

    func publishBlock(_ block: SignedBeaconBlock) {
        blocks.append(block)
        proposals.add()
    }

    func submitAttestations(_ new: [SingleAttestation]) {
        attestations += new
        for _ in new { votes.add() }
        onAttestations?(new)
    }

    func events() -> AsyncStream<BeaconEvent> { broadcast.subscribe() }

    func aggregateAttestation(slot: Slot, dataRoot: Root, committeeIndex: CommitteeIndex) -> Attestation? {
        guard let first = attestations.first(where: { $0.data.slot == slot && $0.data.hashTreeRoot(spec) == dataRoot }) else { return nil }
        var aggregate = Attestation(default: spec)
        aggregate.data = first.data
        aggregate.signature = first.signature
        return aggregate
    }

    func submitAggregates(_ new: [SignedAggregateAndProof]) { aggregates += new }

    /// Every validator sits in two subcommittees.
    func syncDuties(epoch: Epoch, indices: [ValidatorIndex]) -> [SyncDuty] {
        syncDutyRequests.append(epoch)
        return indices.map { index in
            SyncDuty(publicKey: publicKeys[Int(index)], validatorIndex: index, syncCommitteeIndices: [index, index + 8])
        }
    }

    func submitSyncCommitteeMessages(_ new: [SyncCommitteeMessage]) { messages += new }

    func syncCommitteeContribution(slot: Slot, subcommitteeIndex: UInt64, blockRoot: Root) -> SyncCommitteeContribution? {
        var contribution = SyncCommitteeContribution(default: spec)
        contribution.slot = slot
        contribution.subcommitteeIndex = subcommitteeIndex
        contribution.beaconBlockRoot = blockRoot
        return contribution
    }

    func submitContributions(_ new: [SignedContributionAndProof]) { contributions += new }
    func headRoot() -> Root { headRootAnswer }

    func newestEpoch() -> Epoch { newest }
    func liveValidators(epoch: Epoch, among indices: [ValidatorIndex]) -> Set<ValidatorIndex> {
        (live[epoch] ?? []).intersection(indices)
    }
}
