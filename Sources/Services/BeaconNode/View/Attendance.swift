import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import Synchronization

/// Since when each validator that does not vote is away.
struct Attendance {
    /// Epochs without a vote after which a validator counts as absent: one that misses a single vote is not.
    static let patience: Epoch = 4

    private var since: [ValidatorIndex: Epoch] = [:]

    /// Takes the state after a new head.
    mutating func see(_ state: BeaconState, slotsPerEpoch: UInt64) {
        // Nobody has been asked for a vote yet.
        guard state.slot >= slotsPerEpoch else { return }
        let previous = state.slot / slotsPerEpoch - 1
        for (position, validator) in state.validators.enumerated() {
            let index = ValidatorIndex(position)
            let isActive = isActiveValidator(validator, previous)
            let flags = position < state.previousEpochParticipation.count ? state.previousEpochParticipation[position] : 0
            if !isActive || ParticipationFlag.timelyTarget.isSet(in: flags) {
                since[index] = nil
            } else if since[index] == nil {
                since[index] = previous
            }
        }
    }

    /// Who is away at `epoch`, by the last head's registry.
    func report(_ state: BeaconState, at epoch: Epoch, slotsPerEpoch: UInt64) -> AbsentStake {
        // Where no head comes any more, nobody has voted since the last one.
        let silent = state.slot >= slotsPerEpoch ? state.slot / slotsPerEpoch : nil
        var (total, missing): (Gwei, Gwei) = (0, 0)
        var (absent, active): ([ValidatorIndex], Int) = ([], 0)
        var first: Epoch?
        for (position, validator) in state.validators.enumerated() where isActiveValidator(validator, epoch) {
            let index = ValidatorIndex(position)
            active += 1
            total += validator.effectiveBalance
            guard let from = since[index] ?? silent, epoch >= from + Self.patience else { continue }
            missing += validator.effectiveBalance
            absent.append(index)
            first = min(first ?? from, from)
        }
        return AbsentStake(
            absent: missing, active: total, absentValidators: absent.count, activeValidators: active, indices: absent, since: first)
    }
}

/// The attendance, written with each head and read by anybody.
final class AttendanceBook: Sendable {
    private let attendance = Mutex(Attendance())

    var current: Attendance { attendance.withLock { $0 } }

    func see(_ state: BeaconState, slotsPerEpoch: UInt64) {
        attendance.withLock { $0.see(state, slotsPerEpoch: slotsPerEpoch) }
    }
}
