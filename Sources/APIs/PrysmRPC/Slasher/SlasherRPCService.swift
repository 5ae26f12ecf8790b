import SwiftProtobuf
import BeaconTypes
import GRPCCore
import SSZ
import ServiceInterfaces

/// `ethereum.slashing.Slasher`.
struct SlasherRPCService: Ethereum_Slashing_Slasher.SimpleServiceProtocol {
    let slasher: any SlasherService
    let spec: BeaconSpec

    /// Validators that one question may name.
    private static let validatorLimit = 8192

    func isSlashableAttestation(
        request: Ethereum_Eth_V1alpha1_IndexedAttestation, context: ServerContext
    ) async throws -> Ethereum_Slashing_AttesterSlashingResponse {
        let attestation = try request.value()
        let found = try await asking { try await slasher.attesterSlashings(attestation) }
        return .with { $0.attesterSlashing = found.map { .init($0) } }
    }

    func isSlashableBlock(
        request: Ethereum_Eth_V1alpha1_SignedBeaconBlockHeader, context: ServerContext
    ) async throws -> Ethereum_Slashing_ProposerSlashingResponse {
        let header = try request.value()
        let found = try await asking { try await slasher.proposerSlashings(header) }
        return .with { $0.proposerSlashing = found.map { .init($0) } }
    }

    func isSlashableAttestationNoUpdate(
        request: Ethereum_Eth_V1alpha1_IndexedAttestation, context: ServerContext
    ) async throws -> Ethereum_Slashing_Slashable {
        let attestation = try request.value(isSigned: false)
        let answer = try await asking { try await slasher.isSlashable(attestation) }
        return .with { $0.slashable = answer }
    }

    func isSlashableBlockNoUpdate(
        request: Ethereum_Eth_V1alpha1_BeaconBlockHeader, context: ServerContext
    ) async throws -> Ethereum_Slashing_Slashable {
        let header = try request.value()
        let answer = try await asking { try await slasher.isSlashable(header) }
        return .with { $0.slashable = answer }
    }

    func highestAttestations(
        request: Ethereum_Slashing_HighestAttestationRequest, context: ServerContext
    ) async throws -> Ethereum_Slashing_HighestAttestationResponse {
        guard request.validatorIds.count <= Self.validatorLimit else {
            throw RPCError.invalid("\(request.validatorIds.count) validator_ids; ask for at most \(Self.validatorLimit) at once")
        }
        let found = try await asking { try await slasher.highestAttestations(request.validatorIds) }
        return .with { answer in
            answer.attestations = found.map { highest in
                .with {
                    $0.validatorID = highest.validatorIndex
                    $0.highestSourceEpoch = highest.source
                    $0.highestTargetEpoch = highest.target
                }
            }
        }
    }

    func submitAckEvidence(
        request: Ethereum_Slashing_AckEvidence, context: ServerContext
    ) async throws -> Ethereum_Slashing_AckEvidenceResponse {
        let accused = try await accused(by: request)
        return .with { $0.accused = accused }
    }

    private func accused(by request: Ethereum_Slashing_AckEvidence) async throws(RPCError) -> [ValidatorIndex] {
        switch request.evidence {
        case .signedUpdateAck(let bytes):
            let vote = try decode(SignedUpdateAck.self, Array(bytes), "signed_update_ack")
            return try await asking { try await slasher.ackContradictions(vote).map(\.vote.validatorIndex) }
        case .signedBeaconBlock(let bytes):
            let block = try decode(SignedBeaconBlock.self, Array(bytes), "signed_beacon_block")
            return try await asking { try await slasher.ackQuorumSlashing(block).map { [$0.signedHeader.message.proposerIndex] } ?? [] }
        case .ackContradiction(let bytes):
            let contradiction = try decode(AckContradiction.self, Array(bytes), "ack_contradiction")
            try await asking { try await slasher.submit(.ackContradiction(contradiction)) }
            return [contradiction.vote.validatorIndex]
        case .ackQuorumSlashing(let bytes):
            let slashing = try decode(AckQuorumSlashing.self, Array(bytes), "ack_quorum_slashing")
            try await asking { try await slasher.submit(.ackQuorum(slashing)) }
            return [slashing.signedHeader.message.proposerIndex]
        case nil: throw .invalid("the evidence is missing")
        }
    }

    private func decode<Value: BeaconContainer>(_ type: Value.Type, _ bytes: [UInt8], _ field: String) throws(RPCError) -> Value {
        do {
            return try Value(deserializing: bytes, spec)
        } catch {
            throw .invalid("\(field) is no SSZ of \(Value.self): \(error)")
        }
    }
}
