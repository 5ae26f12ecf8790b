import SSZ
import BeaconTypes
import GRPCCore
import SwiftProtobuf
import ServiceInterfaces

/// `ethereum.eth.v1alpha1.BeaconChain`. A file beside this one for each group of methods.
struct BeaconChainService: Ethereum_Eth_V1alpha1_BeaconChain.SimpleServiceProtocol {
    let view: ChainView
    let operations: any BeaconOperations

    func getBeaconConfig(request: Google_Protobuf_Empty, context: ServerContext) async throws -> Ethereum_Eth_V1alpha1_BeaconConfig {
        let spec = view.spec
        var values = spec.preset.namedValues.map { ($0.name, String($0.value)) }
        values += spec.config.namedValues.map { ($0.name, $0.value) }
        // The name that clients of this interface read; there is none for a fraction of a second.
        let (seconds, milliseconds) = spec.config.slotDurationMs.quotientAndRemainder(dividingBy: 1000)
        if milliseconds == 0 { values.append(("SECONDS_PER_SLOT", String(seconds))) }
        return .with { config in
            config.config = values.sorted { $0.0 < $1.0 }.map { name, value in
                .with {
                    $0.key = name
                    $0.value = value
                }
            }
        }
    }

    func submitAttesterSlashing(
        request: Ethereum_Eth_V1alpha1_AttesterSlashing, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_SubmitSlashingResponse {
        let slashing = try request.value()
        try await asking { try await operations.submit(slashing) }
        let second = Set(slashing.attestation2.attestingIndices)
        return .with { $0.slashedIndices = slashing.attestation1.attestingIndices.filter(second.contains) }
    }

    func submitProposerSlashing(
        request: Ethereum_Eth_V1alpha1_ProposerSlashing, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_SubmitSlashingResponse {
        let slashing = try request.value()
        try await asking { try await operations.submit(slashing) }
        return .with { $0.slashedIndices = [slashing.signedHeader1.message.proposerIndex] }
    }

    func getValidatorPerformance(
        request: Ethereum_Eth_V1alpha1_ValidatorPerformanceRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_ValidatorPerformanceResponse {
        throw RPCError.unimplemented(
            "inclusion distances are not part of the rewards since Altair; see the REST paths under /eth/v1/beacon/rewards")
    }

    func getIndividualVotes(
        request: Ethereum_Eth_V1alpha1_IndividualVotesRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_IndividualVotesRespond {
        throw RPCError.unimplemented("inclusion slots are not kept since Altair; GetValidatorParticipation sums what the state knows")
    }

    func streamValidatorsInfo(
        request: RPCAsyncSequence<Ethereum_Eth_V1alpha1_ValidatorChangeSet, any Error>,
        response: RPCWriter<Ethereum_Eth_V1alpha1_ValidatorInfo>, context: ServerContext
    ) async throws {
        throw RPCError.unimplemented("StreamValidatorsInfo is not served; StreamChainHead and ListValidators answer the same")
    }
}
