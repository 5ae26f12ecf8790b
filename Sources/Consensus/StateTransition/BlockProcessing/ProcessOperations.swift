import BeaconTypes
import SSZ

extension CachedBeaconState {
    /// `process_operations` (electra beacon-chain, Operations). Our fork's three operations follow at its end.
    mutating func processOperations(
        _ body: BeaconBlockBody, _ signatures: inout SignatureCollector
    ) throws(StateTransitionError) {
        // The former deposit mechanism ends once all prior deposits are processed
        let expectedDeposits = getEth1PendingDepositCount()
        try require(
            UInt64(body.deposits.count) == expectedDeposits, .depositCount,
            "\(body.deposits.count), expected \(expectedDeposits)")

        for operation in body.proposerSlashings { try processProposerSlashing(operation, &signatures) }
        for operation in body.attesterSlashings { try processAttesterSlashing(operation, &signatures) }
        for operation in body.attestations { try processAttestation(operation, &signatures) }
        for operation in body.deposits { try processDeposit(operation) }
        for operation in body.voluntaryExits { try processVoluntaryExit(operation, &signatures) }
        for operation in body.blsToExecutionChanges { try processBLSToExecutionChange(operation, &signatures) }
        for operation in body.executionRequests.deposits { try processDepositRequest(operation) }
        for operation in body.executionRequests.withdrawals { try processWithdrawalRequest(operation) }
        for operation in body.executionRequests.consolidations { try processConsolidationRequest(operation) }

        guard isPol else { return }
        try recordProposer()
        try processAckCertificate(body, &signatures)
        for operation in body.ackQuorumSlashings { try processAckQuorumSlashing(operation, &signatures) }
        for operation in body.ackContradictions { try processAckContradiction(operation, &signatures) }
    }

    /// `get_eth1_pending_deposit_count` (electra validator, Deposits): how many Merkle deposits the next block holds.
    public func getEth1PendingDepositCount() -> UInt64 {
        let limit = min(state.eth1Data.depositCount, state.depositRequestsStartIndex)
        guard state.eth1DepositIndex < limit else { return 0 }
        return min(preset.maxDeposits, limit - state.eth1DepositIndex)
    }
}
