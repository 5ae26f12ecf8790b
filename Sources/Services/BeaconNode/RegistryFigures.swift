import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

/// The head state's registry in Prysm's figures: validators and balances by what they are about, and how the previous epoch voted.
struct RegistryFigures {
    private struct Group {
        var count = 0
        var balance: Gwei = 0
        var effectiveBalance: Gwei = 0

        mutating func add(_ validator: Validator, _ balance: Gwei) {
            count += 1
            self.balance &+= balance
            effectiveBalance &+= validator.effectiveBalance
        }

        mutating func add(_ other: Group) {
            count += other.count
            balance &+= other.balance
            effectiveBalance &+= other.effectiveBalance
        }
    }

    private var pending = Group()
    private var active = Group()
    private var exiting = Group()
    private var exited = Group()
    private var slashing = Group()
    private var slashed = Group()
    /// Effective balances of the previous epoch: all, and by what was voted in time.
    private var previousActive: Gwei = 0
    private var previousVotes: [ParticipationFlag: Gwei] = [:]

    init(_ cached: CachedBeaconState) {
        let state = cached.state
        let epoch = cached.currentEpoch
        for (validator, balance) in zip(state.validators, state.balances) {
            if validator.slashed {
                if epoch < validator.exitEpoch { slashing.add(validator, balance) } else { slashed.add(validator, balance) }
            } else if validator.exitEpoch != Constant.farFutureEpoch {
                if epoch < validator.exitEpoch { exiting.add(validator, balance) } else { exited.add(validator, balance) }
            } else if epoch < validator.activationEpoch {
                pending.add(validator, balance)
            } else {
                active.add(validator, balance)
            }
        }
        // Who leaves is at work until then.
        active.add(exiting)
        active.add(slashing)
        let previous = cached.previousEpoch
        for (validator, flags) in zip(state.validators, state.previousEpochParticipation)
        where validator.activationEpoch <= previous && previous < validator.exitEpoch {
            previousActive &+= validator.effectiveBalance
            for flag in ParticipationFlag.allCases where !validator.slashed && flag.isSet(in: flags) {
                previousVotes[flag, default: 0] &+= validator.effectiveBalance
            }
        }
    }

    var samples: [MetricSample] {
        let groups = [
            ("Pending", pending), ("Active", active), ("Exiting", exiting), ("Exited", exited), ("Slashing", slashing),
            ("Slashed", slashed),
        ]
        func votes(_ name: String, _ flag: ParticipationFlag) -> MetricSample {
            MetricSample(
                "beacon_prev_epoch_\(name)_gwei", Double(previousVotes[flag] ?? 0),
                help: "Effective balance that voted for the right \(name) in time in the previous epoch, in Gwei.")
        }
        var samples = [
            MetricSample("beacon_current_active_validators", Double(active.count), help: "Active validators."),
            MetricSample(
                "beacon_prev_epoch_active_gwei", Double(previousActive), help: "Effective balance active in the previous epoch, in Gwei."),
            votes("source", .timelySource), votes("target", .timelyTarget), votes("head", .timelyHead),
        ]
        for (name, group) in groups {
            let labels = ["state": name]
            samples += [
                MetricSample("validator_count", Double(group.count), labels: labels, help: "Validators in the registry."),
                MetricSample(
                    "validators_total_balance", Double(group.balance), labels: labels, help: "Balance of the validators, in Gwei."),
                MetricSample(
                    "validators_total_effective_balance", Double(group.effectiveBalance), labels: labels,
                    help: "Effective balance of the validators, in Gwei."),
            ]
        }
        return samples
    }
}
