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
        for (index, validator) in head.state.state.validators.enumerated() where wanted.contains(validator.pubkey) {
            found[validator.pubkey] = ValidatorIndex(index)
        }
        return found
    }

    public func proposerDuties(epoch: Epoch) throws -> [ProposerDuty] {
        let state = try headState(at: epoch)
        let perEpoch = spec.preset.slotsPerEpoch
        return try (epoch * perEpoch..<(epoch + 1) * perEpoch).map { slot in
            let index = try state.getBeaconProposerIndex(slot: slot)
            return ProposerDuty(publicKey: state.state.validators[Int(index)].pubkey, validatorIndex: index, slot: slot)
        }
    }

    public func attesterDuties(epoch: Epoch, indices: [ValidatorIndex]) throws -> [AttesterDuty] {
        let state = try headState(at: epoch)
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

    /// The head's state, advanced to the start of `epoch` when it is older.
    private func headState(at epoch: Epoch) throws -> CachedBeaconState {
        guard epoch <= (clock.currentSlot ?? 0) / spec.preset.slotsPerEpoch + 1 else {
            throw BeaconNodeError.badRequest("epoch \(epoch) is more than one epoch ahead")
        }
        var state = head.state
        let start = epoch * spec.preset.slotsPerEpoch
        if state.state.slot < start { try state.processSlots(to: start) }
        return state
    }

    public func attestationData(slot: Slot, committeeIndex: CommitteeIndex) throws -> AttestationData {
        let epoch = slot / spec.preset.slotsPerEpoch
        let state = try headState(at: epoch)
        let epochStart = epoch * spec.preset.slotsPerEpoch
        let targetRoot = head.slot <= epochStart ? head.root : try state.getBlockRootAtSlot(epochStart)
        return AttestationData(
            slot: slot, index: 0, beaconBlockRoot: head.root, source: state.state.currentJustifiedCheckpoint,
            target: Checkpoint(epoch: epoch, root: targetRoot))
    }

    public func fork(at epoch: Epoch) -> Fork { head.state.state.fork }

    public func ackCommittee(slot: Slot) throws -> AckCommittee {
        guard slot >= 1 else { throw BeaconNodeError.badRequest("there is no ACK committee before slot 1") }
        var state = try headState(at: slot / spec.preset.slotsPerEpoch)
        if state.state.slot < slot { try state.processSlots(to: slot) }
        return AckCommittee(slot: slot, context: try state.ackContext(slot), learning: state.state.learning)
    }

    public func submitAckCertificate(_ certificate: AckCertificate) async throws {
        guard !certificate.ack.updateId.isZero else { throw BeaconNodeError.certificateRefused("it certifies no update") }
        // The state is moved on to the certificate's slot, which must not be one that never comes.
        let current = max(clock.currentSlot ?? 0, head.slot)
        guard certificate.ack.slot <= current + 1 else {
            throw BeaconNodeError.certificateRefused("its slot \(certificate.ack.slot) is in the future; it is slot \(current)")
        }
        var state = head.state
        try state.processSlots(to: max(head.slot, certificate.ack.slot) + 1)
        do {
            try state.checkIncludable(certificate)
        } catch {
            throw BeaconNodeError.certificateRefused("\(error)")
        }
        certificates.insert(certificate)
    }
}
