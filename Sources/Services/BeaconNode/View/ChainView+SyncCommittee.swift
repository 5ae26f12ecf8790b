import BLS
import BeaconTypes
import ForkChoice
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension ChainView {
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
    func syncCommittee(signingAt slot: Slot, _ state: CachedBeaconState) throws -> [ValidatorIndex?] {
        let (next, overflow) = slot.addingReportingOverflow(1)
        guard !overflow else { throw SubmissionRefused("slot \(slot) is in the future", rule: "future-slot", fault: .circumstance) }
        return try syncCommittee(period: state.computeEpochAtSlot(next) / spec.preset.epochsPerSyncCommitteePeriod, state)
    }

    func syncSubcommittee(_ index: UInt64, signingAt slot: Slot, _ state: CachedBeaconState) throws -> ArraySlice<ValidatorIndex?> {
        let seats = try syncCommittee(signingAt: slot, state)
        guard index < Constant.syncCommitteeSubnetCount else {
            throw SubmissionRefused("subcommittee \(index) does not exist; there are \(Constant.syncCommitteeSubnetCount)")
        }
        let size = seats.count / Int(Constant.syncCommitteeSubnetCount)
        return seats[Int(index) * size..<(Int(index) + 1) * size]
    }

    /// What both kinds of signature must be: for a known block, of this slot or the one before.
    func checkSyncSubject(slot: Slot, blockRoot: Root) throws {
        let current = currentSlot
        guard slot <= current, slot + 1 >= current else {
            throw SubmissionRefused(
                "slot \(slot) is not the current one; it is slot \(current)", rule: "not-current-slot", fault: .circumstance)
        }
        guard let node = forkChoice.node(blockRoot), node.slot <= slot else {
            throw SubmissionRefused("the signed block \(blockRoot) is not known", rule: "unknown-block", fault: .circumstance)
        }
    }
}
