public import Primitives
import SSZ
import AckQuorum
public import BeaconTypes
public import ServiceInterfaces
import StateTransition

extension BeaconNode: BeaconNodeClient {
    public func validatorIndices(of publicKeys: [BLSPubkey]) throws -> [BLSPubkey: ValidatorIndex] {
        let wanted = Set(publicKeys)
        var found: [BLSPubkey: ValidatorIndex] = [:]
        for (index, validator) in view.head.state.state.validators.enumerated() where wanted.contains(validator.pubkey) {
            found[validator.pubkey] = ValidatorIndex(index)
        }
        return found
    }

    public func proposerDuties(epoch: Epoch) throws -> [ProposerDuty] {
        let state = try view.headState(at: epoch)
        let perEpoch = spec.preset.slotsPerEpoch
        return try (epoch * perEpoch..<(epoch + 1) * perEpoch).map { slot in
            let index = try state.getBeaconProposerIndex(slot: slot)
            return ProposerDuty(publicKey: state.state.validators[Int(index)].pubkey, validatorIndex: index, slot: slot)
        }
    }

    public func attesterDuties(epoch: Epoch, indices: [ValidatorIndex]) throws -> [AttesterDuty] {
        let state = try view.headState(at: epoch)
        let wanted = Set(indices)
        var duties: [AttesterDuty] = []
        for slot in epoch * spec.preset.slotsPerEpoch..<(epoch + 1) * spec.preset.slotsPerEpoch {
            for committeeIndex in 0..<state.getCommitteeCountPerSlot(epoch) {
                let committee = try state.getBeaconCommittee(slot, committeeIndex)
                for (position, index) in committee.enumerated() where wanted.contains(index) {
                    duties.append(
                        AttesterDuty(
                            publicKey: state.state.validators[Int(index)].pubkey, validatorIndex: index,
                            committeeIndex: committeeIndex, committeeLength: UInt64(committee.count),
                            validatorCommitteeIndex: UInt64(position), slot: slot))
                }
            }
        }
        return duties
    }

    public func attestationData(slot: Slot, committeeIndex: CommitteeIndex) throws -> AttestationData {
        try demandSynced()
        let view = view
        let head = view.head
        try view.demandValidated(head.root)
        let epoch = slot / spec.preset.slotsPerEpoch
        let state = try view.headState(at: epoch)
        let epochStart = epoch * spec.preset.slotsPerEpoch
        let targetRoot = head.slot <= epochStart ? head.root : try state.getBlockRootAtSlot(epochStart)
        return AttestationData(
            slot: slot, index: 0, beaconBlockRoot: head.root, source: state.state.currentJustifiedCheckpoint,
            target: Checkpoint(epoch: epoch, root: targetRoot))
    }

    public func submitAttestations(_ new: [SingleAttestation]) async throws {
        let (votes, failures) = await pools.take(new)
        await importer.queue(votes)
        if !failures.isEmpty { throw SubmissionRefused(failures) }
    }

    /// The head, once its payload is validated: sync committee members sign it.
    public func headRoot() throws -> Root {
        try demandSynced()
        let view = view
        try view.demandValidated(view.head.root)
        return view.head.root
    }

    public func prepareProposal(slot: Slot, feeRecipient: ExecutionAddress) async throws {
        try demandSynced()
        try await producer.prepareProposal(slot: slot, feeRecipient: feeRecipient)
    }

    public func produceBlock(slot: Slot, randaoReveal: BLSSignature, graffiti: Bytes32) async throws -> BeaconBlock {
        try demandSynced()
        return try await producer.produceBlock(slot: slot, randaoReveal: randaoReveal, graffiti: graffiti)
    }

    /// Refuses to vote or propose by a head that others are known to have left behind.
    private func demandSynced() throws {
        let head = view.head.slot
        if let target = syncProgress.target, head < target { throw BeaconNodeError.syncing(head: head, target: target) }
    }

    public func fork(at epoch: Epoch) -> Fork { view.head.state.state.fork }
}
