import BLS
import BeaconTypes
import Primitives
import SSZ
import StateTransition

/// What a block takes from the pools: all that holds on its pre-state, one after another, up to the preset's limits.
struct BlockOperations: Sendable {
    var proposerSlashings: [ProposerSlashing] = []
    var attesterSlashings: [AttesterSlashing] = []
    var attestations: [Attestation] = []
    var voluntaryExits: [SignedVoluntaryExit] = []
    var blsToExecutionChanges: [SignedBLSToExecutionChange] = []
    var ackQuorumSlashings: [AckQuorumSlashing] = []
    var ackContradictions: [AckContradiction] = []
    var syncAggregate: SyncAggregate

    /// Nothing at all, for a block that must not wait.
    init(none spec: BeaconSpec) {
        syncAggregate = Self.nobody(spec)
    }

    /// - Parameter pre: the state at the block's slot, before the block.
    init(
        for pre: CachedBeaconState, operations: OperationPool, attestations pool: AttestationPool, syncAggregate: SyncAggregate
    ) {
        let preset = pre.spec.preset
        var trial = BlockTrial(state: pre)
        // The order of `process_operations`.
        proposerSlashings = trial.choose(operations.proposerSlashings.operations, limit: preset.maxProposerSlashings) {
            state, operation, signatures throws(StateTransitionError) in
            try state.processProposerSlashing(operation, &signatures)
        }
        attesterSlashings = trial.choose(operations.attesterSlashings.operations, limit: preset.maxAttesterSlashingsElectra) {
            state, operation, signatures throws(StateTransitionError) in
            try state.processAttesterSlashing(operation, &signatures)
        }
        attestations = trial.chooseAttestations(pool.aggregates(for: pre), limit: preset.maxAttestationsElectra)
        voluntaryExits = trial.choose(operations.voluntaryExits.operations, limit: preset.maxVoluntaryExits) {
            state, operation, signatures throws(StateTransitionError) in
            try state.processVoluntaryExit(operation, &signatures)
        }
        blsToExecutionChanges = trial.choose(operations.blsToExecutionChanges.operations, limit: preset.maxBlsToExecutionChanges) {
            state, operation, signatures throws(StateTransitionError) in
            try state.processBLSToExecutionChange(operation, &signatures)
        }
        if pre.spec.fork == .pol {
            ackQuorumSlashings = trial.choose(operations.ackQuorumSlashings.operations, limit: Constant.maxAckQuorumSlashings) {
                state, operation, signatures throws(StateTransitionError) in
                try state.processAckQuorumSlashing(operation, &signatures)
            }
            ackContradictions = trial.choose(operations.ackContradictions.operations, limit: Constant.maxAckContradictions) {
                state, operation, signatures throws(StateTransitionError) in
                try state.processAckContradiction(operation, &signatures)
            }
        }
        let accepted = trial.choose([syncAggregate], limit: 1) { state, operation, signatures throws(StateTransitionError) in
            try state.processSyncAggregate(operation, &signatures)
        }
        self.syncAggregate = accepted.first ?? Self.nobody(pre.spec)
    }

    /// A sync aggregate that nobody signed.
    private static func nobody(_ spec: BeaconSpec) -> SyncAggregate {
        var aggregate = SyncAggregate(default: spec)
        aggregate.syncCommitteeSignature = BLS.infinitySignature
        return aggregate
    }

    func write(into body: inout BeaconBlockBody) {
        body.proposerSlashings = proposerSlashings
        body.attesterSlashings = attesterSlashings
        body.attestations = attestations
        body.voluntaryExits = voluntaryExits
        body.blsToExecutionChanges = blsToExecutionChanges
        body.ackQuorumSlashings = ackQuorumSlashings
        body.ackContradictions = ackContradictions
        body.syncAggregate = syncAggregate
    }
}

/// A block's pre-state on which operations are tried: each that holds changes it, so that two in conflict cannot both
/// enter. Signatures are verified again, for one that does not hold would cost the whole block.
private struct BlockTrial {
    var state: CachedBeaconState

    init(state: CachedBeaconState) {
        self.state = state
        // Where this fails the operations fail as well, with their reasons.
        try? self.state.warmCaches()
    }

    mutating func choose<Operation>(
        _ operations: [Operation], limit: UInt64,
        apply: (inout CachedBeaconState, Operation, inout SignatureCollector) throws(StateTransitionError) -> Void
    ) -> [Operation] {
        var chosen: [Operation] = []
        for operation in operations where UInt64(chosen.count) < limit {
            var next = state
            var signatures = SignatureCollector(.individually)
            guard (try? apply(&next, operation, &signatures)) != nil else { continue }
            state = next
            chosen.append(operation)
        }
        return chosen
    }

    /// Attestations that hold and set a participation flag that was not set: others bring nobody anything.
    mutating func chooseAttestations(_ attestations: [Attestation], limit: UInt64) -> [Attestation] {
        var chosen: [Attestation] = []
        for attestation in attestations where UInt64(chosen.count) < limit {
            var next = state
            var signatures = SignatureCollector(.individually)
            guard (try? next.processAttestation(attestation, &signatures)) != nil,
                let voters = try? state.getAttestingIndices(attestation),
                voters.contains(where: { participation($0, in: state) != participation($0, in: next) })
            else { continue }
            state = next
            chosen.append(attestation)
        }
        return chosen
    }

    private func participation(_ index: ValidatorIndex, in state: CachedBeaconState) -> UInt16 {
        guard index < UInt64(state.state.currentEpochParticipation.count), index < UInt64(state.state.previousEpochParticipation.count)
        else { return 0 }
        return UInt16(state.state.currentEpochParticipation[Int(index)]) << 8 | UInt16(state.state.previousEpochParticipation[Int(index)])
    }
}
