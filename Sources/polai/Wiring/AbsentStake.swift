import BeaconTypes
import Primitives
import SSZ
import StateTransition

/// Which validators do not vote, what share of the stake they hold, and since when.
struct AbsentStake {
    /// Epochs without a vote after which a validator counts as absent: one that misses a single vote is not.
    static let patience: Epoch = 4
    /// Validators that are named.
    static let namedLimit = 8

    private var since: [ValidatorIndex: Epoch] = [:]

    /// What a line says.
    struct Report: Equatable {
        /// Of the active stake, 0 to 1.
        var share: Double
        var absent: [ValidatorIndex]
        var active: Int
        /// The first epoch without the first of them that is still away.
        var since: Epoch

        var description: String {
            let percent = (share * 1000).rounded() / 10
            let named = absent.prefix(AbsentStake.namedLimit).map(String.init).joined(separator: ", ")
            let more = absent.count > AbsentStake.namedLimit ? ", …" : ""
            return
                "\(percent) % of the stake does not vote: \(absent.count) of \(active) validators (\(named)\(more)), since epoch \(since)"
        }
    }

    /// Takes the state after a new head.
    mutating func see(_ state: BeaconState, slotsPerEpoch: UInt64) {
        let epoch = state.slot / slotsPerEpoch
        let previous = epoch > 0 ? epoch - 1 : 0
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

    /// Who is away at `epoch`, by the last head's registry; `nil` where nobody is.
    func report(_ state: BeaconState, at epoch: Epoch) -> Report? {
        var (total, missing): (Gwei, Gwei) = (0, 0)
        var (absent, active): ([ValidatorIndex], Int) = ([], 0)
        for (position, validator) in state.validators.enumerated() where isActiveValidator(validator, epoch) {
            let index = ValidatorIndex(position)
            active += 1
            total += validator.effectiveBalance
            guard let first = since[index], epoch >= first + Self.patience else { continue }
            missing += validator.effectiveBalance
            absent.append(index)
        }
        guard total > 0, let first = absent.compactMap({ since[$0] }).min() else { return nil }
        return Report(share: Double(missing) / Double(total), absent: absent, active: active, since: first)
    }
}
