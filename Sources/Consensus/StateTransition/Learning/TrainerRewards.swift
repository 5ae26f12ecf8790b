import AckQuorum
import BeaconTypes
import EngineTypes
import SSZ

/// Rewards of trainers (docs/protocol.md#queue_trainer_rewards).
enum TrainerRewardRule {
    /// What an update earns in all: `min(1 POL, fall in loss · 1 POL)`, rounded down, of the fall that the slice confirms.
    static func reward(_ ack: UpdateAck, hasPools: Bool) -> Gwei {
        let product = UInt128(GuardRule.paidFall(ack, hasPools: hasPools)) * UInt128(Constant.trainerRewardPerUnitLoss)
        return min(Constant.maxTrainerReward, Gwei(clamping: product >> 32))
    }
}

extension CachedBeaconState {
    /// Queues the reward of an accepted update, split equally over its selected inputs. Remainders and shares of
    /// nothing are not paid.
    mutating func queueTrainerRewards(_ certificate: AckCertificate) {
        let selected = certificate.candidate.selectedInputs
        guard !selected.isEmpty else { return }
        let reward = TrainerRewardRule.reward(certificate.ack, hasPools: state.learning.hasPools)
        let share = reward / Gwei(selected.count)
        guard share > 0 else { return }
        for input in selected {
            state.learning.pendingRewards.append(TrainerReward(address: input.rewardAddress, amount: share))
        }
    }

    /// Appends a withdrawal for every queued reward, indices running on.
    func appendTrainerRewards(
        _ withdrawals: inout [Withdrawal], _ index: inout WithdrawalIndex
    ) throws(StateTransitionError) {
        for reward in state.learning.pendingRewards {
            withdrawals.append(
                Withdrawal(
                    index: index, validatorIndex: Constant.trainerRewardIndex, address: reward.address,
                    amount: reward.amount))
            index = try index +! 1
        }
    }
}
