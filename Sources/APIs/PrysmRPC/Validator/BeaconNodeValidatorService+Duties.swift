import BeaconTypes
import Foundation
import GRPCCore
import Primitives
import ServiceInterfaces
import StateTransition
import SwiftProtobuf

extension BeaconNodeValidatorService {
    func getDuties(request: Ethereum_Eth_V1alpha1_DutiesRequest, context: ServerContext) async throws
        -> Ethereum_Eth_V1alpha1_DutiesResponse
    {
        try await duties(epoch: request.epoch, publicKeys: request.publicKeys)
    }

    /// Duties now, and at the start of each epoch those of that epoch.
    func streamDuties(
        request: Ethereum_Eth_V1alpha1_DutiesRequest, response: RPCWriter<Ethereum_Eth_V1alpha1_DutiesResponse>, context: ServerContext
    ) async throws {
        try await response.write(try await duties(epoch: request.epoch, publicKeys: request.publicKeys))
        var epoch = max(request.epoch, view.currentEpoch)
        while !Task.isCancelled {
            epoch += 1
            try await view.chain.clock.sleep(until: epoch * view.slotsPerEpoch)
            try await response.write(try await duties(epoch: epoch, publicKeys: request.publicKeys))
        }
    }

    private func duties(epoch: Epoch, publicKeys: [Data]) async throws -> Ethereum_Eth_V1alpha1_DutiesResponse {
        guard epoch <= view.currentEpoch else {
            throw RPCError.invalid(
                "epoch \(epoch) is in the future; it is epoch \(view.currentEpoch), and its answer holds the next epoch's duties")
        }
        let keys = try publicKeys.map { try $0.publicKey("public_keys") }
        let state = try await view.state(epoch: epoch)
        let current = try Assignment.all(of: epoch, in: state, slots: view.slots(of: epoch))
        let following = view.slots(after: epoch)
        let next = try Assignment.all(of: epoch + 1, in: state, slots: following)
        let currentDuties = keys.map { Self.duty($0, current, state) }
        return .with {
            $0.currentEpochDuties = currentDuties
            $0.nextEpochDuties = keys.map { Self.duty($0, next, state) }
            // The name that the field had before there were two.
            $0.duties = currentDuties
        }
    }

    private static func duty(
        _ key: BLSPubkey, _ assignments: [Assignment], _ state: CachedBeaconState
    ) -> Ethereum_Eth_V1alpha1_DutiesResponse.Duty {
        var duty = Ethereum_Eth_V1alpha1_DutiesResponse.Duty()
        duty.publicKey = key.data
        guard let index = state.validatorIndex(of: key), let validator = try? state.validator(index) else { return duty }
        duty.validatorIndex = index
        duty.status = .init(validator, epoch: state.currentEpoch)
        guard let assignment = assignments.first(where: { $0.validator == index }) else { return duty }
        duty.committee = assignment.committee
        duty.committeeIndex = assignment.committeeIndex
        duty.attesterSlot = assignment.slot
        duty.proposerSlots = assignment.proposals
        return duty
    }

    func waitForChainStart(
        request: Google_Protobuf_Empty, response: RPCWriter<Ethereum_Eth_V1alpha1_ChainStartResponse>, context: ServerContext
    ) async throws {
        try await view.chain.clock.sleep(until: 0)
        try await response.write(
            .with {
                $0.started = true
                $0.genesisTime = view.chain.clock.genesisTime
                $0.genesisValidatorsRoot = view.chain.genesisValidatorsRoot.data
            })
    }

    /// Statuses of the keys at each slot, until one of them is active.
    func waitForActivation(
        request: Ethereum_Eth_V1alpha1_ValidatorActivationRequest,
        response: RPCWriter<Ethereum_Eth_V1alpha1_ValidatorActivationResponse>, context: ServerContext
    ) async throws {
        let keys = try request.publicKeys.map { try $0.publicKey("public_keys") }
        guard !keys.isEmpty else { throw RPCError.invalid("name at least one public key") }
        while !Task.isCancelled {
            let state = try await view.state(.head)
            let statuses = keys.map { Ethereum_Eth_V1alpha1_ValidatorStatusResponse($0, in: state) }
            try await response.write(
                .with { answer in
                    answer.statuses = zip(keys, statuses).map { key, status in
                        .with {
                            $0.publicKey = key.data
                            $0.status = status
                            $0.index = state.validatorIndex(of: key) ?? .max
                        }
                    }
                })
            if statuses.contains(where: { $0.status == .active }) { return }
            try await view.chain.clock.sleep(until: view.currentSlot + 1)
        }
    }
}
