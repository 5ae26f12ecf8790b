import BeaconTypes
import Primitives
import SSZ
import StateTransition

/// The operations other than votes that wait for a block. All were checked when they came; whether they still hold is
/// seen when a block is made.
struct OperationPool: Sendable {
    var attesterSlashings = KeyedPool<AttesterSlashing, AttesterSlashing>(limit: 256)
    /// By proposer.
    var proposerSlashings = KeyedPool<ValidatorIndex, ProposerSlashing>(limit: 1024)
    /// By validator.
    var voluntaryExits = KeyedPool<ValidatorIndex, SignedVoluntaryExit>(limit: 4096)
    /// By validator.
    var blsToExecutionChanges = KeyedPool<ValidatorIndex, SignedBLSToExecutionChange>(limit: 4096)
    /// By proposer.
    var ackQuorumSlashings = KeyedPool<ValidatorIndex, AckQuorumSlashing>(limit: 256)
    /// By voter.
    var ackContradictions = KeyedPool<ValidatorIndex, AckContradiction>(limit: 1024)

    /// Forgets what can never enter a block again once `state` is final.
    mutating func prune(finalized state: CachedBeaconState) {
        let epoch = state.currentEpoch
        func isSlashable(_ index: ValidatorIndex) -> Bool {
            // A validator that this state does not know may come later.
            guard index < UInt64(state.state.validators.count) else { return true }
            return isSlashableValidator(state.state.validators[Int(index)], epoch)
        }
        attesterSlashings.removeAll { slashing in
            let second = Set(slashing.attestation2.attestingIndices)
            return !slashing.attestation1.attestingIndices.contains { second.contains($0) && isSlashable($0) }
        }
        proposerSlashings.removeAll { !isSlashable($0.signedHeader1.message.proposerIndex) }
        ackQuorumSlashings.removeAll {
            !isSlashable($0.signedHeader.message.proposerIndex)
                || state.state.slot > $0.signedHeader.message.slot
                    && state.state.slot - $0.signedHeader.message.slot > state.spec.maxAckEvidenceAge
        }
        ackContradictions.removeAll {
            !isSlashable($0.vote.validatorIndex)
                || state.state.slot > $0.vote.message.slot
                    && state.state.slot - $0.vote.message.slot >= state.spec.preset.slotsPerHistoricalRoot
        }
        func validator(_ index: ValidatorIndex) -> Validator? {
            index < UInt64(state.state.validators.count) ? state.state.validators[Int(index)] : nil
        }
        voluntaryExits.removeAll { validator($0.message.validatorIndex).map { $0.exitEpoch != Constant.farFutureEpoch } ?? false }
        blsToExecutionChanges.removeAll {
            validator($0.message.validatorIndex).map { $0.withdrawalCredentials[0] != Constant.blsWithdrawalPrefix } ?? false
        }
    }
}
