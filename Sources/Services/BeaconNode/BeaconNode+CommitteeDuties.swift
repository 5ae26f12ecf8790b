import BLS
public import BeaconTypes
import ForkChoice
import GossipValidation
public import Primitives
import SSZ
public import ServiceInterfaces
import StateTransition

extension BeaconNode: CommitteeDuties {
    public func aggregateAttestation(slot: Slot, dataRoot: Root, committeeIndex: CommitteeIndex) throws -> Attestation? {
        guard let data = attestations.data(dataRoot), data.slot == slot else { return nil }
        let state = try stateKnowing(epoch: data.target.epoch)
        return attestations.best(data, committee: committeeIndex, on: state)
    }

    public func submitAggregates(_ aggregates: [SignedAggregateAndProof]) async throws {
        try SubmissionRefused.collect(aggregates, take)
    }

    public func syncDuties(epoch: Epoch, indices: [ValidatorIndex]) throws -> [SyncDuty] {
        let state = try operationState()
        let seats = try syncCommittee(period: epoch / spec.preset.epochsPerSyncCommitteePeriod, state)
        return indices.compactMap { index in
            let positions = seats.indices.filter { seats[$0] == index }
            guard !positions.isEmpty, let validator = try? state.validator(index) else { return nil }
            return SyncDuty(publicKey: validator.pubkey, validatorIndex: index, syncCommitteeIndices: positions.map { UInt64($0) })
        }
    }

    public func submitSyncCommitteeMessages(_ messages: [SyncCommitteeMessage]) async throws {
        try SubmissionRefused.collect(messages, take)
    }

    public func syncCommitteeContribution(
        slot: Slot, subcommitteeIndex: UInt64, blockRoot: Root
    ) throws -> SyncCommitteeContribution? {
        let seats = try syncSubcommittee(subcommitteeIndex, signingAt: slot, try operationState())
        let subject = SyncCommitteePool.Subject(slot: slot, blockRoot: blockRoot)
        guard let part = syncCommittees.part(subject, subcommittee: subcommitteeIndex, seats: seats) else { return nil }
        return SyncCommitteeContribution(
            slot: slot, beaconBlockRoot: blockRoot, subcommitteeIndex: subcommitteeIndex, aggregationBits: part.bits,
            signature: part.signature)
    }

    public func submitContributions(_ contributions: [SignedContributionAndProof]) async throws {
        try SubmissionRefused.collect(contributions, take)
    }

    public func headRoot() -> Root { head.root }

    /// The members of a period's sync committee by seat: this period's or the next. `nil` for a key that is no validator's.
    func syncCommittee(period: UInt64, _ state: CachedBeaconState) throws -> [ValidatorIndex?] {
        let current = state.currentEpoch / spec.preset.epochsPerSyncCommitteePeriod
        guard period == current || period == current + 1 else {
            throw SubmissionRefused("the sync committee of period \(period) is not known; it is period \(current)")
        }
        let committee = period == current ? state.state.currentSyncCommittee : state.state.nextSyncCommittee
        return committee.pubkeys.map { state.validatorIndex(of: $0) }
    }

    /// The committee that signs at `slot`, for the block of the slot after it (altair validator, `get_sync_subcommittee_pubkeys`).
    private func syncCommittee(signingAt slot: Slot, _ state: CachedBeaconState) throws -> [ValidatorIndex?] {
        let (next, overflow) = slot.addingReportingOverflow(1)
        guard !overflow else { throw SubmissionRefused("slot \(slot) is in the future") }
        return try syncCommittee(period: state.computeEpochAtSlot(next) / spec.preset.epochsPerSyncCommitteePeriod, state)
    }

    private func syncSubcommittee(_ index: UInt64, signingAt slot: Slot, _ state: CachedBeaconState) throws -> ArraySlice<ValidatorIndex?> {
        let seats = try syncCommittee(signingAt: slot, state)
        guard index < Constant.syncCommitteeSubnetCount else {
            throw SubmissionRefused("subcommittee \(index) does not exist; there are \(Constant.syncCommitteeSubnetCount)")
        }
        let size = seats.count / Int(Constant.syncCommitteeSubnetCount)
        return seats[Int(index) * size..<(Int(index) + 1) * size]
    }

    /// What both kinds of signature must be: for a known block, of this slot or the one before.
    private func checkSyncSubject(slot: Slot, blockRoot: Root) throws {
        let current = max(clock.currentSlot ?? 0, head.slot)
        guard slot <= current, slot + 1 >= current else {
            throw SubmissionRefused("slot \(slot) is not the current one; it is slot \(current)")
        }
        guard let node = forkChoice.node(blockRoot), node.slot <= slot else {
            throw SubmissionRefused("the signed block \(blockRoot) is not known")
        }
    }

    /// Takes one member's signature by the rules of gossip (altair p2p-interface, `sync_committee_{subnet_id}`).
    private func take(_ message: SyncCommitteeMessage) throws {
        try checkSyncSubject(slot: message.slot, blockRoot: message.beaconBlockRoot)
        if syncCommittees.contains(message) { return }
        let state = try operationState()
        guard try syncCommittee(signingAt: message.slot, state).contains(message.validatorIndex) else {
            throw SubmissionRefused("validator \(message.validatorIndex) is not in the sync committee of slot \(message.slot)")
        }
        let domain = state.getDomain(Constant.domainSyncCommittee, state.computeEpochAtSlot(message.slot))
        let holds = BLS.verify(
            publicKey: try state.validator(message.validatorIndex).pubkey,
            message: computeSigningRoot(objectRoot: message.beaconBlockRoot, domain), signature: message.signature)
        guard holds else { throw SubmissionRefused("the sync committee signature of validator \(message.validatorIndex) does not verify") }
        syncCommittees.insert(message)
        operationBroadcast.send(.syncCommitteeMessage(message))
    }

    /// Takes a contribution by the rules of gossip (altair p2p-interface, `sync_committee_contribution_and_proof`).
    private func take(_ signed: SignedContributionAndProof) throws {
        let contribution = signed.message.contribution
        try checkSyncSubject(slot: contribution.slot, blockRoot: contribution.beaconBlockRoot)
        if let fault = gossipChain().contributionFault(signed) {
            throw SubmissionRefused(
                "the contribution of validator \(signed.message.aggregatorIndex) in slot \(contribution.slot): \(fault)")
        }
        syncCommittees.insert(contribution)
        operationBroadcast.send(.contributionAndProof(signed))
    }
}
