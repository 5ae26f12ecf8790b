public import BeaconTypes
public import Primitives
public import ServiceInterfaces
import Synchronization

/// A beacon node as a dishonest proposer's validator client sees it: some of the blocks that it produces claim an update
/// under a forged certificate.
public final class ForgingNode: BeaconNodeClient {
    private let honest: any BeaconNodeClient
    private let pending: Mutex<[Slot]>

    /// - Parameter slots: for each, the first block proposed at or after it is forged.
    public init(_ honest: any BeaconNodeClient, slots: [Slot]) {
        self.honest = honest
        pending = Mutex(slots.sorted())
    }

    public func produceBlock(slot: Slot, randaoReveal: BLSSignature, graffiti: Bytes32) async throws -> BeaconBlock {
        let block = try await honest.produceBlock(slot: slot, randaoReveal: randaoReveal, graffiti: graffiti)
        guard takesTurn(at: slot) else { return block }
        return block.claimingForgedUpdate(try await honest.ackCommittee(slot: slot), spec: spec)
    }

    private func takesTurn(at slot: Slot) -> Bool {
        pending.withLock { slots in
            guard let first = slots.first, first <= slot else { return false }
            slots.removeFirst()
            return true
        }
    }

    public var spec: BeaconSpec { honest.spec }
    public var clock: SlotClock { honest.clock }
    public var genesisValidatorsRoot: Root { honest.genesisValidatorsRoot }

    public func validatorIndices(of publicKeys: [BLSPubkey]) async throws -> [BLSPubkey: ValidatorIndex] {
        try await honest.validatorIndices(of: publicKeys)
    }
    public func proposerDuties(epoch: Epoch) async throws -> [ProposerDuty] { try await honest.proposerDuties(epoch: epoch) }
    public func attesterDuties(epoch: Epoch, indices: [ValidatorIndex]) async throws -> [AttesterDuty] {
        try await honest.attesterDuties(epoch: epoch, indices: indices)
    }
    public func attestationData(slot: Slot, committeeIndex: CommitteeIndex) async throws -> AttestationData {
        try await honest.attestationData(slot: slot, committeeIndex: committeeIndex)
    }
    public func fork(at epoch: Epoch) async throws -> Fork { try await honest.fork(at: epoch) }
    public func prepareProposal(slot: Slot, feeRecipient: ExecutionAddress) async throws {
        try await honest.prepareProposal(slot: slot, feeRecipient: feeRecipient)
    }
    public func publishBlock(_ block: SignedBeaconBlock) async throws { try await honest.publishBlock(block) }
    public func submitAttestations(_ attestations: [SingleAttestation]) async throws {
        try await honest.submitAttestations(attestations)
    }
    public func ackCommittee(slot: Slot) async throws -> AckCommittee { try await honest.ackCommittee(slot: slot) }
    public func submitAckCertificate(_ certificate: AckCertificate) async throws {
        try await honest.submitAckCertificate(certificate)
    }
    public func events() async -> AsyncStream<BeaconEvent> { await honest.events() }
}
