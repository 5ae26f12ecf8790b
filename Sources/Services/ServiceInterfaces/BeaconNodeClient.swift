public import BeaconTypes
public import Primitives

/// Finds validators, and the fork that their signatures are for.
public protocol ValidatorLookup: IdentifiedChain {
    /// Registry indices of the given keys; keys not in the registry are absent.
    func validatorIndices(of publicKeys: [BLSPubkey]) async throws -> [BLSPubkey: ValidatorIndex]
    /// The fork version active at `epoch`, for signing domains.
    func fork(at epoch: Epoch) async throws -> Fork
}

/// Tells whose turn it is. Epochs up to the next are known.
public protocol DutySchedule: Sendable {
    func proposerDuties(epoch: Epoch) async throws -> [ProposerDuty]
    func attesterDuties(epoch: Epoch, indices: [ValidatorIndex]) async throws -> [AttesterDuty]
}

/// What attesters ask, and where their votes go.
public protocol AttestationDuties: Sendable {
    /// Refused (``BeaconRule/optimisticHead``) while the head is not validated, and
    /// (``BeaconRule/syncing``) while others are ahead.
    func attestationData(slot: Slot, committeeIndex: CommitteeIndex) async throws -> AttestationData
    /// Takes every vote that holds and throws ``SubmissionRefused`` with the others.
    func submitAttestations(_ attestations: [SingleAttestation]) async throws
}

/// What proposers ask, and where their blocks go.
public protocol BlockProposals: Sendable {
    /// Asks the node to start building and sealing the execution payload of `slot` on its current head.
    func prepareProposal(slot: Slot, feeRecipient: ExecutionAddress) async throws
    /// An unsigned block for `slot` with a sealed payload and, when one is ready, an ACK certificate.
    /// Refused (``BeaconRule/optimisticHead``) while the head is not validated, and
    /// (``BeaconRule/syncing``) while others are ahead.
    func produceBlock(slot: Slot, randaoReveal: BLSSignature, graffiti: Bytes32) async throws -> BeaconBlock
    func publishBlock(_ block: SignedBeaconBlock) async throws
}

/// Tells what happens on the chain.
public protocol BeaconEventSource: Sendable {
    /// What happens from now on. The stream ends when the node stops.
    func events() async -> AsyncStream<BeaconEvent>
}

/// What a validator client asks of a beacon node, in process or over REST. Whoever asks less takes only that part.
public protocol BeaconNodeClient: AttestationDuties, BeaconEventSource, BlockProposals, DutySchedule, ValidatorLookup {}
