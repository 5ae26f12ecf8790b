public import BeaconTypes
import ForkChoice
import Primitives
import SSZ
public import ServiceInterfaces
import StateTransition

extension BeaconNode: BeaconOperations, OperationEventSource {
    public func operationEvents() -> AsyncStream<OperationEvent> { operationBroadcast.subscribe() }

    /// How many streams of operations are open.
    public var operationSubscribers: Int { operationBroadcast.subscriberCount }

    public func pooledAttestations(slot: Slot?, committeeIndex: CommitteeIndex?) -> [Attestation] {
        guard let state = try? operationState() else { return [] }
        return attestations.pooled(slot: slot, committeeIndex: committeeIndex, on: state)
    }

    public func pooledAttesterSlashings() -> [AttesterSlashing] { operations.attesterSlashings.operations }
    public func pooledProposerSlashings() -> [ProposerSlashing] { operations.proposerSlashings.operations }
    public func pooledVoluntaryExits() -> [SignedVoluntaryExit] { operations.voluntaryExits.operations }
    public func pooledBLSToExecutionChanges() -> [SignedBLSToExecutionChange] { operations.blsToExecutionChanges.operations }
    public func pooledAckQuorumSlashings() -> [AckQuorumSlashing] { operations.ackQuorumSlashings.operations }
    public func pooledAckContradictions() -> [AckContradiction] { operations.ackContradictions.operations }

    public func submit(_ slashing: AttesterSlashing) async throws {
        try take(slashing, key: slashing, into: \.attesterSlashings, announce: .attesterSlashing(slashing)) {
            state, signatures throws(StateTransitionError) in
            try state.processAttesterSlashing(slashing, &signatures)
        }
        let second = Set(slashing.attestation2.attestingIndices)
        // The votes of equivocators lose their weight at once (phase0 fork-choice, `on_attester_slashing`).
        forkChoice.onAttesterSlashing(slashing.attestation1.attestingIndices.filter(second.contains))
    }

    public func submit(_ slashing: ProposerSlashing) async throws {
        let proposer = slashing.signedHeader1.message.proposerIndex
        try take(slashing, key: proposer, into: \.proposerSlashings, announce: .proposerSlashing(slashing)) {
            state, signatures throws(StateTransitionError) in
            try state.processProposerSlashing(slashing, &signatures)
        }
    }

    public func submit(_ exit: SignedVoluntaryExit) async throws {
        try take(exit, key: exit.message.validatorIndex, into: \.voluntaryExits, announce: .voluntaryExit(exit)) {
            state, signatures throws(StateTransitionError) in
            try state.processVoluntaryExit(exit, &signatures)
        }
    }

    public func submit(_ change: SignedBLSToExecutionChange) async throws {
        let validator = change.message.validatorIndex
        try take(change, key: validator, into: \.blsToExecutionChanges, announce: .blsToExecutionChange(change)) {
            state, signatures throws(StateTransitionError) in
            try state.processBLSToExecutionChange(change, &signatures)
        }
    }

    public func submit(_ slashing: AckQuorumSlashing) async throws {
        try demandPol()
        let proposer = slashing.signedHeader.message.proposerIndex
        try take(slashing, key: proposer, into: \.ackQuorumSlashings, announce: .ackQuorumSlashing(slashing)) {
            state, signatures throws(StateTransitionError) in
            try state.processAckQuorumSlashing(slashing, &signatures)
        }
    }

    public func submit(_ contradiction: AckContradiction) async throws {
        try demandPol()
        let voter = contradiction.vote.validatorIndex
        try take(contradiction, key: voter, into: \.ackContradictions, announce: .ackContradiction(contradiction)) {
            state, signatures throws(StateTransitionError) in
            try state.processAckContradiction(contradiction, &signatures)
        }
    }

    private func demandPol() throws(SubmissionRefused) {
        if spec.fork != .pol { throw SubmissionRefused("the \(spec.fork.rawValue) fork knows no ACK evidence") }
    }

    /// Checks an operation with its rule on a copy of the next block's pre-state, then pools and announces it.
    private func take<Key, Operation>(
        _ operation: Operation, key: Key, into pool: WritableKeyPath<OperationPool, KeyedPool<Key, Operation>>,
        announce event: OperationEvent,
        check: (inout CachedBeaconState, inout SignatureCollector) throws(StateTransitionError) -> Void
    ) throws {
        if operations[keyPath: pool].contains(key) { return }
        var state = try operationState()
        var signatures = SignatureCollector(.individually)
        do {
            try check(&state, &signatures)
        } catch {
            throw SubmissionRefused("\(error)")
        }
        try operations[keyPath: pool].insert(operation, for: key)
        operationBroadcast.send(event)
    }

    /// How far the head's state is advanced to check operations while no blocks come: each slot costs a state root.
    private static let operationReach: UInt64 = 64

    /// The head's state at the slot of the next block, with its committees at hand.
    func operationState() throws -> CachedBeaconState {
        let slot = max(head.slot + 1, min(clock.currentSlot ?? 0, head.slot + Self.operationReach))
        if let base = operations.base, base.head == head.root, base.state.state.slot == slot { return base.state }
        var state = head.state
        try state.processSlots(to: slot)
        try state.warmCaches()
        operations.base = (head.root, state)
        return state
    }

    /// Forgets operations that can never enter a block again.
    func pruneOperations() {
        if let state = try? stateAfter(finalized.root) { operations.prune(finalized: state) }
        let slot = clock.currentSlot ?? 0
        syncCommittees.prune(before: slot > 2 ? slot - 2 : 0)
    }
}
