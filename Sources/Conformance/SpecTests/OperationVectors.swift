import BeaconTypes
import EngineTypes
import JSON
import Primitives
import SSZ
import StateTransition

/// Runner `operations`: one operation on a state, which leads to `post` or is refused where there is none.
enum OperationVectors {
    static func run(_ testCase: SpecTestCase) throws {
        var state = CachedBeaconState(try testCase.value("pre", BeaconState.self), spec: try testCase.spec)
        let expected = try testCase.optionalValue("post", BeaconState.self)
        var refusal: (any Error)?
        do {
            try apply(testCase, to: &state)
        } catch let failure as SpecTestFailure {
            throw failure
        } catch {
            refusal = error
        }
        try Expectation.check(state, expected, refusal)
    }

    private static func apply(_ testCase: SpecTestCase, to state: inout CachedBeaconState) throws {
        let isTrusted = try testCase.yaml("meta")["bls_setting"]?.uint64 == 2
        var signatures = SignatureCollector(isTrusted ? .trusted : .batch)
        switch testCase.handler {
        case "attestation":
            try state.processAttestation(testCase.value("attestation", Attestation.self), &signatures)
        case "attester_slashing":
            try state.processAttesterSlashing(testCase.value("attester_slashing", AttesterSlashing.self), &signatures)
        case "block_header":
            try state.processBlockHeader(testCase.value("block", BeaconBlock.self))
        case "bls_to_execution_change":
            try state.processBLSToExecutionChange(
                testCase.value("address_change", SignedBLSToExecutionChange.self), &signatures)
        case "consolidation_request":
            try state.processConsolidationRequest(testCase.value("consolidation_request", ConsolidationRequest.self))
        case "deposit":
            try state.processDeposit(testCase.value("deposit", Deposit.self))
        case "deposit_request":
            try state.processDepositRequest(testCase.value("deposit_request", DepositRequest.self))
        case "execution_payload":
            let isValid = try testCase.yaml("execution")["execution_valid"]?.bool ?? true
            try state.processExecutionPayload(testCase.value("body", BeaconBlockBody.self), isPayloadValid: isValid)
        case "proposer_slashing":
            try state.processProposerSlashing(testCase.value("proposer_slashing", ProposerSlashing.self), &signatures)
        case "sync_aggregate":
            try state.processSyncAggregate(testCase.value("sync_aggregate", SyncAggregate.self), &signatures)
        case "voluntary_exit":
            try state.processVoluntaryExit(testCase.value("voluntary_exit", SignedVoluntaryExit.self), &signatures)
        case "withdrawal_request":
            try state.processWithdrawalRequest(testCase.value("withdrawal_request", WithdrawalRequest.self))
        case "withdrawals":
            try state.processWithdrawals(testCase.value("execution_payload", ExecutionPayload.self))
        default: throw SpecTestFailure.skipped("operation \(testCase.handler)")
        }
        try signatures.finish()
    }
}

/// What a vector demands of the outcome.
enum Expectation {
    /// Checks that the state has the root of `expected`, or that it was refused where nothing is expected.
    static func check(_ state: CachedBeaconState, _ expected: BeaconState?, _ refusal: (any Error)?) throws {
        switch (expected, refusal) {
        case (nil, nil): throw SpecTestFailure("accepted what must be refused")
        case (nil, .some): return
        case (.some, .some(let error)): throw SpecTestFailure("refused: \(error)")
        case (.some(let expected), nil):
            let root = state.state.hashTreeRoot(state.spec)
            let expectedRoot = expected.hashTreeRoot(state.spec)
            if root != expectedRoot {
                throw SpecTestFailure(
                    "post state \(root.shortHex), expected \(expectedRoot.shortHex): \(difference(state.state, expected))")
            }
        }
    }

    /// The names of the fields in which two states differ.
    private static func difference(_ actual: BeaconState, _ expected: BeaconState) -> String {
        let pairs = zip(Mirror(reflecting: actual).children, Mirror(reflecting: expected).children)
        let names = pairs.filter { "\($0.value)" != "\($1.value)" }.compactMap(\.0.label)
        return "differs in " + names.joined(separator: ", ")
    }
}
