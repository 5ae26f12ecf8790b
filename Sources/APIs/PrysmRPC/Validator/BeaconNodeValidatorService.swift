import BeaconTypes
import Foundation
import GRPCCore
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import SwiftProtobuf

/// `ethereum.eth.v1alpha1.BeaconNodeValidator`. A file beside this one for each group of methods.
struct BeaconNodeValidatorService: Ethereum_Eth_V1alpha1_BeaconNodeValidator.SimpleServiceProtocol {
    let view: ChainView
    let node: any AttestationDuties & ValidatorLookup
    let operations: any BeaconOperations

    func domainData(
        request: Ethereum_Eth_V1alpha1_DomainRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_DomainResponse {
        guard let type = DomainType(request.domain) else {
            throw RPCError.invalid("domain has \(request.domain.count) bytes; a domain type has 4")
        }
        let fork = try await reading { try await node.fork(at: request.epoch) }
        let version = request.epoch < fork.epoch ? fork.previousVersion : fork.currentVersion
        return .with { $0.signatureDomain = computeDomain(type, version, view.chain.genesisValidatorsRoot).data }
    }

    func validatorIndex(
        request: Ethereum_Eth_V1alpha1_ValidatorIndexRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_ValidatorIndexResponse {
        let key = try request.publicKey.publicKey()
        guard let index = try await reading({ try await node.validatorIndices(of: [key])[key] }) else {
            throw RPCError.notFound("no validator has the public key \(key.hex)")
        }
        return .with { $0.index = index }
    }

    func validatorStatus(
        request: Ethereum_Eth_V1alpha1_ValidatorStatusRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_ValidatorStatusResponse {
        .init(try request.publicKey.publicKey(), in: try await view.state(.head))
    }

    func multipleValidatorStatus(
        request: Ethereum_Eth_V1alpha1_MultipleValidatorStatusRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_MultipleValidatorStatusResponse {
        let state = try await view.state(.head)
        var keys = try request.publicKeys.map { try $0.publicKey("public_keys") }
        for index in request.indices {
            guard let index = ValidatorIndex(exactly: index), let validator = try? state.validator(index) else {
                throw RPCError.notFound("validator \(index) is not in the registry of \(state.state.validators.count)")
            }
            if !keys.contains(validator.pubkey) { keys.append(validator.pubkey) }
        }
        return .with { answer in
            for key in keys {
                answer.publicKeys.append(key.data)
                answer.statuses.append(.init(key, in: state))
                // The interface's word for a key without a validator.
                answer.indices.append(state.validatorIndex(of: key) ?? .max)
            }
        }
    }

    func getBlock(request: Ethereum_Eth_V1alpha1_BlockRequest, context: ServerContext) async throws -> Ethereum_Eth_V1alpha1_BeaconBlock {
        throw RPCError.unimplemented(Self.blockReason)
    }

    func proposeBlock(
        request: Ethereum_Eth_V1alpha1_SignedBeaconBlock, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_ProposeResponse {
        throw RPCError.unimplemented(Self.blockReason)
    }

    private static let blockReason =
        "a block of this chain has a sync aggregate, an execution payload and an ACK certificate, for which this message has no fields; "
        + "use GET /eth/v3/validator/blocks/{slot} and POST /eth/v2/beacon/blocks of the REST interface"

    func submitAggregateSelectionProof(
        request: Ethereum_Eth_V1alpha1_AggregateSelectionRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_AggregateSelectionResponse {
        throw RPCError.unimplemented(Self.aggregateReason)
    }

    func submitSignedAggregateSelectionProof(
        request: Ethereum_Eth_V1alpha1_SignedAggregateSubmitRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_SignedAggregateSubmitResponse {
        throw RPCError.unimplemented(Self.aggregateReason)
    }

    private static let aggregateReason =
        "an aggregate since Electra names its committees by bits, for which this message has no field; "
        + "use GET /eth/v2/validator/aggregate_attestation and POST /eth/v2/validator/aggregate_and_proofs of the REST interface"

    func proposeExit(
        request: Ethereum_Eth_V1alpha1_SignedVoluntaryExit, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_ProposeExitResponse {
        let exit = try request.value()
        try await asking { try await operations.submit(exit) }
        return .with { $0.exitRoot = exit.message.hashTreeRoot(view.spec).data }
    }

    /// A node that sees all subnets has nothing to subscribe to.
    func subscribeCommitteeSubnets(
        request: Ethereum_Eth_V1alpha1_CommitteeSubnetsSubscribeRequest, context: ServerContext
    ) async throws -> Google_Protobuf_Empty {
        guard request.slots.count == request.committeeIds.count, request.slots.count == request.isAggregator.count else {
            throw RPCError.invalid(
                "\(request.slots.count) slots, \(request.committeeIds.count) committee_ids and \(request.isAggregator.count) is_aggregator; "
                    + "give the same number of each")
        }
        return Google_Protobuf_Empty()
    }
}
