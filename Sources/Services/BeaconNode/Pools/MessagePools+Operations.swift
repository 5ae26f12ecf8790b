import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension MessagePools {
    func submit(_ slashing: AttesterSlashing) throws {
        try add(slashing, key: slashing, into: \.attesterSlashings, announce: .attesterSlashing(slashing)) {
            state, signatures throws(StateTransitionError) in
            try state.processAttesterSlashing(slashing, &signatures)
        }
    }

    func submit(_ slashing: ProposerSlashing) throws {
        let proposer = slashing.signedHeader1.message.proposerIndex
        try add(slashing, key: proposer, into: \.proposerSlashings, announce: .proposerSlashing(slashing)) {
            state, signatures throws(StateTransitionError) in
            try state.processProposerSlashing(slashing, &signatures)
        }
    }

    func submit(_ exit: SignedVoluntaryExit) throws {
        try add(exit, key: exit.message.validatorIndex, into: \.voluntaryExits, announce: .voluntaryExit(exit)) {
            state, signatures throws(StateTransitionError) in
            try state.processVoluntaryExit(exit, &signatures)
        }
    }

    func submit(_ change: SignedBLSToExecutionChange) throws {
        let validator = change.message.validatorIndex
        try add(change, key: validator, into: \.blsToExecutionChanges, announce: .blsToExecutionChange(change)) {
            state, signatures throws(StateTransitionError) in
            try state.processBLSToExecutionChange(change, &signatures)
        }
    }

    func submit(_ slashing: AckQuorumSlashing) throws {
        try demandPol()
        let proposer = slashing.signedHeader.message.proposerIndex
        try add(slashing, key: proposer, into: \.ackQuorumSlashings, announce: .ackQuorumSlashing(slashing)) {
            state, signatures throws(StateTransitionError) in
            try state.processAckQuorumSlashing(slashing, &signatures)
        }
    }

    func submit(_ contradiction: AckContradiction) throws {
        try demandPol()
        let voter = contradiction.vote.validatorIndex
        try add(contradiction, key: voter, into: \.ackContradictions, announce: .ackContradiction(contradiction)) {
            state, signatures throws(StateTransitionError) in
            try state.processAckContradiction(contradiction, &signatures)
        }
    }

    private func demandPol() throws(SubmissionRefused) {
        if spec.fork != .pol { throw SubmissionRefused("the \(spec.fork.rawValue) fork knows no ACK evidence") }
    }

    /// Checks an operation with its rule on a copy of the next block's pre-state, then pools and announces it.
    private func add<Key, Operation>(
        _ operation: Operation, key: Key, into pool: WritableKeyPath<OperationPool, KeyedPool<Key, Operation>>,
        announce event: OperationEvent,
        check: (inout CachedBeaconState, inout SignatureCollector) throws(StateTransitionError) -> Void
    ) throws {
        if operations[keyPath: pool].contains(key) { return }
        var state = try view.operationState()
        var signatures = SignatureCollector(.individually)
        do {
            try check(&state, &signatures)
        } catch {
            throw SubmissionRefused(error)
        }
        try operations[keyPath: pool].insert(operation, for: key)
        announcements.operations.send(event)
    }
}
