import BLS
import BeaconTypes
import EngineTypes
import Primitives
import SSZ
@testable import StateTransition

/// The operations of a block by number, for the target `operations`.
enum Operation {
    static func blank(_ kind: UInt8, _ spec: BeaconSpec) -> [UInt8] {
        func bytes<Value: BeaconContainer>(_ type: Value.Type) -> [UInt8] { Value(default: spec).serialize(spec) }
        return switch kind {
        case 0: bytes(Attestation.self)
        case 1: bytes(AttesterSlashing.self)
        case 2: bytes(ProposerSlashing.self)
        case 3: bytes(SignedVoluntaryExit.self)
        case 4: bytes(SignedBLSToExecutionChange.self)
        case 5: bytes(DepositRequest.self)
        case 6: bytes(WithdrawalRequest.self)
        case 7: bytes(ConsolidationRequest.self)
        case 8: bytes(AckCertificate.self)
        case 9: bytes(AckQuorumSlashing.self)
        case 10: bytes(AckContradiction.self)
        default: bytes(ExecutionPayload.self)
        }
    }

    static func apply(_ kind: UInt8, _ bytes: [UInt8], to state: inout CachedBeaconState, _ signatures: inout SignatureCollector) throws {
        let spec = state.spec
        func value<Value: BeaconContainer>(_ type: Value.Type) throws -> Value { try Value(deserializing: bytes, spec) }
        switch kind {
        case 0: try state.processAttestation(value(Attestation.self), &signatures)
        case 1: try state.processAttesterSlashing(value(AttesterSlashing.self), &signatures)
        case 2: try state.processProposerSlashing(value(ProposerSlashing.self), &signatures)
        case 3: try state.processVoluntaryExit(value(SignedVoluntaryExit.self), &signatures)
        case 4: try state.processBLSToExecutionChange(value(SignedBLSToExecutionChange.self), &signatures)
        case 5: try state.processDepositRequest(value(DepositRequest.self))
        case 6: try state.processWithdrawalRequest(value(WithdrawalRequest.self))
        case 7: try state.processConsolidationRequest(value(ConsolidationRequest.self))
        case 8:
            var body = BeaconBlockBody(default: spec)
            body.ackCertificate = try value(AckCertificate.self)
            let parent = state.state.latestExecutionPayloadHeader.blockHash
            body.executionPayload.extraData = PolExtraData.bytes(parentHash: parent, updateID: body.ackCertificate.ack.updateId)
            try state.processAckCertificate(body, &signatures)
        case 9: try state.processAckQuorumSlashing(value(AckQuorumSlashing.self), &signatures)
        case 10: try state.processAckContradiction(value(AckContradiction.self), &signatures)
        default:
            var body = BeaconBlockBody(default: spec)
            body.executionPayload = try value(ExecutionPayload.self)
            try state.processWithdrawals(body.executionPayload)
            try state.processExecutionPayload(body, isPayloadValid: true)
        }
    }
}

/// A state of Ethereum's own fork under the minimal preset, in the middle of an epoch.
enum ElectraState {
    static func make() throws -> CachedBeaconState {
        var header = ExecutionPayloadHeader(default: .minimal)
        header.timestamp = 1_700_000_000
        header.blockHash = SHA256.hash([0])
        let validators = try (UInt8(1)...64).map { number in
            GenesisValidator(
                pubkey: try SecretKey(bytes: [UInt8](repeating: 0, count: 31) + [number]).publicKey.bytes, withdrawalAddress: .zero,
                balance: BeaconSpec.minimal.preset.minActivationBalance)
        }
        var state = try CachedBeaconState.genesisState(
            spec: .minimal, validators: validators, genesisTime: header.timestamp, executionHeader: header,
            learning: LearningState(default: .minimal))
        state.state.nextSyncCommittee = state.state.currentSyncCommittee
        try state.processSlots(to: 11)
        return state
    }
}
