import BeaconTypes

/// Where a validator stands in its life, in the words of the beacon API.
enum ValidatorStatus: String, CaseIterable {
    case pendingInitialized = "pending_initialized"
    case pendingQueued = "pending_queued"
    case activeOngoing = "active_ongoing"
    case activeExiting = "active_exiting"
    case activeSlashed = "active_slashed"
    case exitedUnslashed = "exited_unslashed"
    case exitedSlashed = "exited_slashed"
    case withdrawalPossible = "withdrawal_possible"
    case withdrawalDone = "withdrawal_done"

    init(_ validator: Validator, balance: Gwei, epoch: Epoch) {
        if epoch < validator.activationEpoch {
            self = validator.activationEligibilityEpoch == Constant.farFutureEpoch ? .pendingInitialized : .pendingQueued
        } else if epoch < validator.exitEpoch {
            self = validator.exitEpoch == Constant.farFutureEpoch ? .activeOngoing : validator.slashed ? .activeSlashed : .activeExiting
        } else if epoch < validator.withdrawableEpoch {
            self = validator.slashed ? .exitedSlashed : .exitedUnslashed
        } else {
            self = balance == 0 ? .withdrawalDone : .withdrawalPossible
        }
    }

    /// The group that the API lets callers filter by: `active`, `pending`, `exited` or `withdrawal`.
    var group: Substring { rawValue.prefix { $0 != "_" } }

    static let groups: Set<Substring> = Set(allCases.map(\.group))
}
