public import AckQuorum
public import BeaconTypes
public import Primitives

/// A validator's turn to propose.
public struct ProposerDuty: Sendable, Hashable {
    public let publicKey: BLSPubkey
    public let validatorIndex: ValidatorIndex
    public let slot: Slot

    public init(publicKey: BLSPubkey, validatorIndex: ValidatorIndex, slot: Slot) {
        self.publicKey = publicKey
        self.validatorIndex = validatorIndex
        self.slot = slot
    }
}

/// A validator's turn to attest: its seat in a committee of one slot.
public struct AttesterDuty: Sendable, Hashable {
    public let publicKey: BLSPubkey
    public let validatorIndex: ValidatorIndex
    public let committeeIndex: CommitteeIndex
    public let committeeLength: UInt64
    public let validatorCommitteeIndex: UInt64
    public let slot: Slot

    public init(
        publicKey: BLSPubkey, validatorIndex: ValidatorIndex, committeeIndex: CommitteeIndex,
        committeeLength: UInt64, validatorCommitteeIndex: UInt64, slot: Slot
    ) {
        self.publicKey = publicKey
        self.validatorIndex = validatorIndex
        self.committeeIndex = committeeIndex
        self.committeeLength = committeeLength
        self.validatorCommitteeIndex = validatorCommitteeIndex
        self.slot = slot
    }
}

/// The ACK committee of one slot on the head's chain, and the learning state on which it votes.
public struct AckCommittee: Sendable {
    public let slot: Slot
    /// Members, keys, anchor, quorum and domain.
    public let context: AckContext
    public let learning: LearningState

    public init(slot: Slot, context: AckContext, learning: LearningState) {
        self.slot = slot
        self.context = context
        self.learning = learning
    }
}

/// What a validator client and the learning services ask of a beacon node, in process or over REST.
public protocol BeaconNodeClient: Sendable {
    var spec: BeaconSpec { get }
    var clock: SlotClock { get }
    var genesisValidatorsRoot: Root { get }

    /// Registry indices of the given keys; keys not in the registry are absent.
    func validatorIndices(of publicKeys: [BLSPubkey]) async throws -> [BLSPubkey: ValidatorIndex]
    func proposerDuties(epoch: Epoch) async throws -> [ProposerDuty]
    func attesterDuties(epoch: Epoch, indices: [ValidatorIndex]) async throws -> [AttesterDuty]
    func attestationData(slot: Slot, committeeIndex: CommitteeIndex) async throws -> AttestationData
    /// The fork version active at `epoch`, for signing domains.
    func fork(at epoch: Epoch) async throws -> Fork

    /// Asks the node to start building and sealing the execution payload of `slot` on its current head.
    func prepareProposal(slot: Slot, feeRecipient: ExecutionAddress) async throws
    /// An unsigned block for `slot` with a sealed payload and, when one is ready, an ACK certificate.
    func produceBlock(slot: Slot, randaoReveal: BLSSignature, graffiti: Bytes32) async throws -> BeaconBlock
    func publishBlock(_ block: SignedBeaconBlock) async throws
    func submitAttestations(_ attestations: [SingleAttestation]) async throws

    /// The ACK committee of `slot` on the head's chain.
    func ackCommittee(slot: Slot) async throws -> AckCommittee
    /// Offers a certificate for inclusion in the next blocks; refused with the rule that it breaks.
    func submitAckCertificate(_ certificate: AckCertificate) async throws
    func events() async -> AsyncStream<BeaconEvent>
}
