import SwiftProtobuf
import BeaconTypes
import GRPCCore
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension BeaconNodeValidatorService {
    func getAttestationData(
        request: Ethereum_Eth_V1alpha1_AttestationDataRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_AttestationData {
        guard request.slot <= view.currentSlot else {
            throw RPCError.invalid("slot \(request.slot) is in the future; it is slot \(view.currentSlot)")
        }
        let data = try await asking { try await node.attestationData(slot: request.slot, committeeIndex: request.committeeIndex) }
        // Since Electra the signed data say 0; the committee is named beside them when the attestation is proposed.
        return .init(data)
    }

    /// Takes one validator's vote: an attestation with one bit, its committee in `committee_index`.
    func proposeAttestation(
        request: Ethereum_Eth_V1alpha1_Attestation, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_AttestResponse {
        let data = try request.data.value()
        let committee = request.data.committeeIndex
        guard data.slot <= view.currentSlot else {
            throw RPCError.invalid("slot \(data.slot) is in the future; it is slot \(view.currentSlot)")
        }
        let bits = try request.bits(view.spec)
        guard bits.setCount == 1, let seat = bits.setIndices.first else {
            throw RPCError.invalid("\(bits.setCount) bits are set; propose one validator's attestation")
        }
        let state = try await view.state(.slot(data.slot))
        let members = try await asking { Array(try state.getBeaconCommittee(data.slot, committee)) }
        guard bits.count == members.count else {
            throw RPCError.invalid(
                "aggregation_bits has \(bits.count) bits; committee \(committee) of slot \(data.slot) has \(members.count) members")
        }
        let attestation = SingleAttestation(
            committeeIndex: committee, attesterIndex: members[seat], data: data, signature: try request.signature.signature())
        try await asking { try await node.submitAttestations([attestation]) }
        return .with { $0.attestationDataRoot = data.hashTreeRoot(view.spec).data }
    }
}
