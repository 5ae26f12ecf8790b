import BLS
import BeaconTypes
import GossipValidation
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension MessagePools {
    /// The largest aggregate known for this data of a committee.
    func aggregate(slot: Slot, dataRoot: Root, committeeIndex: CommitteeIndex) throws -> Attestation? {
        guard let data = attestations.data(dataRoot), data.slot == slot else { return nil }
        let view = view
        // Nobody aggregates votes for a block that is not validated (`sync/optimistic.md`).
        try view.demandValidated(data.beaconBlockRoot)
        return attestations.best(data, committee: committeeIndex, on: try view.stateKnowing(epoch: data.target.epoch))
    }

    /// The best contribution known of a subcommittee.
    func contribution(slot: Slot, subcommitteeIndex: UInt64, blockRoot: Root) throws -> SyncCommitteeContribution? {
        let view = view
        try view.demandValidated(blockRoot)
        let seats = try view.syncSubcommittee(subcommitteeIndex, signingAt: slot, try view.operationState())
        let subject = SyncCommitteePool.Subject(slot: slot, blockRoot: blockRoot)
        guard let part = syncCommittees.part(subject, subcommittee: subcommitteeIndex, seats: seats) else { return nil }
        return SyncCommitteeContribution(
            slot: slot, beaconBlockRoot: blockRoot, subcommitteeIndex: subcommitteeIndex, aggregationBits: part.bits,
            signature: part.signature)
    }

    /// Takes one member's signature by the rules of gossip (altair p2p-interface, `sync_committee_{subnet_id}`).
    func take(_ message: SyncCommitteeMessage) throws {
        try view.checkSyncSubject(slot: message.slot, blockRoot: message.beaconBlockRoot)
        if syncCommittees.contains(message) { return }
        let state = try view.operationState()
        guard try view.syncCommittee(signingAt: message.slot, state).contains(message.validatorIndex) else {
            throw SubmissionRefused("validator \(message.validatorIndex) is not in the sync committee of slot \(message.slot)")
        }
        let domain = state.getDomain(Constant.domainSyncCommittee, state.computeEpochAtSlot(message.slot))
        let holds = BLS.verify(
            publicKey: try state.validator(message.validatorIndex).pubkey,
            message: computeSigningRoot(objectRoot: message.beaconBlockRoot, domain), signature: message.signature)
        guard holds else { throw SubmissionRefused("the sync committee signature of validator \(message.validatorIndex) does not verify") }
        syncCommittees.insert(message)
        announcements.operations.send(.syncCommitteeMessage(message))
    }

    /// Takes a contribution by the rules of gossip (altair p2p-interface, `sync_committee_contribution_and_proof`).
    func take(_ signed: SignedContributionAndProof) throws {
        let contribution = signed.message.contribution
        try view.checkSyncSubject(slot: contribution.slot, blockRoot: contribution.beaconBlockRoot)
        if let fault = view.gossipChain().contributionFault(signed) {
            throw SubmissionRefused(
                "the contribution of validator \(signed.message.aggregatorIndex) in slot \(contribution.slot): \(fault)")
        }
        syncCommittees.insert(contribution)
        announcements.operations.send(.contributionAndProof(signed))
    }
}
