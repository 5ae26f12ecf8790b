import BLS
public import BeaconTypes
public import Primitives
import SSZ
import StateTransition

extension LightClientStore {
    /// `validate_light_client_update` (electra `light-client/sync-protocol.md`).
    public func validateLightClientUpdate(
        _ update: LightClientUpdate, currentSlot: Slot, genesisValidatorsRoot: Root
    ) throws(LightClientError) {
        do {
            try update.validate(spec)
        } catch {
            throw .malformed("\(error)")
        }
        // Verify sync committee has sufficient participants
        guard UInt64(update.participants) >= spec.preset.minSyncCommitteeParticipants else {
            throw .tooFewParticipants(update.participants)
        }
        try validateSlots(of: update, currentSlot: currentSlot)
        try validateFinality(of: update)
        try validateNextSyncCommittee(of: update)
        try validateSignature(of: update, genesisValidatorsRoot)
    }

    private func validateSlots(of update: LightClientUpdate, currentSlot: Slot) throws(LightClientError) {
        // Verify update does not skip a sync committee period
        guard update.attestedHeader.isValid(spec) else { throw .header("attested") }
        let attestedSlot = update.attestedHeader.beacon.slot
        let finalizedSlot = update.finalizedHeader.beacon.slot
        guard currentSlot >= update.signatureSlot, update.signatureSlot > attestedSlot, attestedSlot >= finalizedSlot else {
            throw .slotOrder(
                current: currentSlot, signature: update.signatureSlot, attested: attestedSlot, finalized: finalizedSlot)
        }
        let signaturePeriod = spec.syncCommitteePeriod(at: update.signatureSlot)
        guard signaturePeriod == period || (isNextSyncCommitteeKnown && signaturePeriod == period + 1) else {
            throw .period(signature: signaturePeriod, store: period)
        }

        // Verify update is relevant
        let bringsNextSyncCommittee =
            !isNextSyncCommitteeKnown && update.isSyncCommitteeUpdate && spec.syncCommitteePeriod(at: attestedSlot) == period
        guard attestedSlot > finalizedHeader.beacon.slot || bringsNextSyncCommittee else {
            throw .irrelevant(attested: attestedSlot, finalized: finalizedHeader.beacon.slot)
        }
    }

    /// Verify that the `finality_branch`, if present, confirms `finalized_header` to match the finalized checkpoint root
    /// saved in the state of `attested_header`. Note that the genesis finalized checkpoint root is represented as a zero hash.
    private func validateFinality(of update: LightClientUpdate) throws(LightClientError) {
        guard update.isFinalityUpdate else {
            guard update.finalizedHeader == LightClientHeader(default: spec) else { throw .finality }
            return
        }
        var finalizedRoot = Root.zero
        if update.finalizedHeader.beacon.slot == Constant.genesisSlot {
            guard update.finalizedHeader == LightClientHeader(default: spec) else { throw .finality }
        } else {
            guard update.finalizedHeader.isValid(spec) else { throw .header("finalised") }
            finalizedRoot = update.finalizedHeader.beacon.hashTreeRoot(spec)
        }
        guard
            Merkle.isValidBranch(
                leaf: finalizedRoot, branch: update.finalityBranch, depth: Int(Constant.finalityBranchDepth),
                index: subtreeIndex(Constant.finalizedRootGindexElectra), root: update.attestedHeader.beacon.stateRoot)
        else { throw .finality }
    }

    /// Verify that the `next_sync_committee`, if present, actually is the next sync committee saved in the state of the
    /// `attested_header`.
    private func validateNextSyncCommittee(of update: LightClientUpdate) throws(LightClientError) {
        guard update.isSyncCommitteeUpdate else {
            guard update.nextSyncCommittee == SyncCommittee(default: spec) else { throw .nextSyncCommittee }
            return
        }
        if spec.syncCommitteePeriod(at: update.attestedHeader.beacon.slot) == period, isNextSyncCommitteeKnown {
            guard update.nextSyncCommittee == nextSyncCommittee else { throw .nextSyncCommittee }
        }
        guard
            Merkle.isValidBranch(
                leaf: update.nextSyncCommittee.hashTreeRoot(spec), branch: update.nextSyncCommitteeBranch,
                depth: Int(Constant.syncCommitteeBranchDepth), index: subtreeIndex(Constant.nextSyncCommitteeGindexElectra),
                root: update.attestedHeader.beacon.stateRoot)
        else { throw .nextSyncCommittee }
    }

    /// Verify sync committee aggregate signature. One fork version serves all slots of the chain.
    private func validateSignature(of update: LightClientUpdate, _ genesisValidatorsRoot: Root) throws(LightClientError) {
        let isOfThisPeriod = spec.syncCommitteePeriod(at: update.signatureSlot) == period
        let committee = isOfThisPeriod ? currentSyncCommittee : nextSyncCommittee
        let bits = update.syncAggregate.syncCommitteeBits
        guard bits.count == committee.pubkeys.count else {
            throw .malformed("\(bits.count) bits for a sync committee of \(committee.pubkeys.count)")
        }
        let participants = committee.pubkeys.enumerated().filter { bits[$0.offset] }.map(\.element)
        let domain = computeDomain(Constant.domainSyncCommittee, spec.config.electraForkVersion, genesisValidatorsRoot)
        let signingRoot = computeSigningRoot(objectRoot: update.attestedHeader.beacon.hashTreeRoot(spec), domain)
        guard
            BLS.fastAggregateVerify(
                publicKeys: participants, message: signingRoot, signature: update.syncAggregate.syncCommitteeSignature)
        else { throw .signature }
    }
}
