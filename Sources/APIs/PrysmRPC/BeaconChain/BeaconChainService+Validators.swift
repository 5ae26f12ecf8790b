import SSZ
import BeaconTypes
import GRPCCore
import Primitives
import ServiceInterfaces
import StateTransition
import SwiftProtobuf

extension BeaconChainService {
    func listValidators(
        request: Ethereum_Eth_V1alpha1_ListValidatorsRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_Validators {
        let page = try PageRequest(size: request.pageSize, token: request.pageToken)
        let state =
            switch request.queryFilter {
            case .epoch(let epoch): try await view.state(epoch: epoch)
            case .genesis: try await view.state(.genesis)
            case nil: try await view.state(.head)
            }
        let epoch = state.currentEpoch
        var chosen = try state.selection(publicKeys: request.publicKeys, indices: request.indices)
        if request.active { chosen = try chosen.filter { isActiveValidator(try state.member($0).validator, epoch) } }
        let cut = try page.cut(chosen)
        let list = try cut.page.map { index in
            let validator = try state.member(index).validator
            return Ethereum_Eth_V1alpha1_Validators.ValidatorContainer.with {
                $0.index = index
                $0.validator = .init(validator)
            }
        }
        return .with {
            $0.epoch = epoch
            $0.validatorList = list
            $0.nextPageToken = cut.next
            $0.totalSize = cut.total
        }
    }

    func getValidator(
        request: Ethereum_Eth_V1alpha1_GetValidatorRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_Validator {
        let state = try await view.state(.head)
        let chosen =
            switch request.queryFilter {
            case .index(let index): try state.selection(publicKeys: [], indices: [index])
            case .publicKey(let key): try state.selection(publicKeys: [key], indices: [])
            case nil: throw RPCError.invalid("name the validator by index or public_key")
            }
        guard let index = chosen.first else { throw RPCError.notFound("there is no such validator") }
        return .init(try state.member(index).validator)
    }

    func listValidatorBalances(
        request: Ethereum_Eth_V1alpha1_ListValidatorBalancesRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_ValidatorBalances {
        let page = try PageRequest(size: request.pageSize, token: request.pageToken)
        let state =
            switch request.queryFilter {
            case .epoch(let epoch): try await view.state(epoch: epoch)
            case .genesis: try await view.state(.genesis)
            case nil: try await view.state(.head)
            }
        let epoch = state.currentEpoch
        let cut = try page.cut(try state.selection(publicKeys: request.publicKeys, indices: request.indices))
        let balances = try cut.page.map { index in
            let (validator, balance) = try state.member(index)
            return Ethereum_Eth_V1alpha1_ValidatorBalances.Balance.with {
                $0.publicKey = validator.pubkey.data
                $0.index = index
                $0.balance = balance
                $0.status = Ethereum_Eth_V1alpha1_ValidatorStatus(validator, epoch: epoch).name
            }
        }
        return .with {
            $0.epoch = epoch
            $0.balances = balances
            $0.nextPageToken = cut.next
            $0.totalSize = cut.total
        }
    }

    func getValidatorActiveSetChanges(
        request: Ethereum_Eth_V1alpha1_GetValidatorActiveSetChangesRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_ActiveSetChanges {
        let epoch: Epoch
        switch request.queryFilter {
        case .epoch(let wanted): epoch = wanted
        case .genesis: epoch = 0
        case nil: throw RPCError.invalid("name the epoch, or genesis")
        }
        let state = try await view.state(epoch: epoch)
        return .with { changes in
            changes.epoch = epoch
            for (index, validator) in state.state.validators.enumerated() {
                if validator.activationEpoch == epoch {
                    changes.activatedIndices.append(UInt64(index))
                    changes.activatedPublicKeys.append(validator.pubkey.data)
                }
                guard validator.exitEpoch == epoch else { continue }
                if validator.slashed {
                    changes.slashedIndices.append(UInt64(index))
                    changes.slashedPublicKeys.append(validator.pubkey.data)
                } else if validator.effectiveBalance <= view.spec.config.ejectionBalance {
                    changes.ejectedIndices.append(UInt64(index))
                    changes.ejectedPublicKeys.append(validator.pubkey.data)
                } else {
                    changes.exitedIndices.append(UInt64(index))
                    changes.exitedPublicKeys.append(validator.pubkey.data)
                }
            }
        }
    }

    func getValidatorQueue(request: Google_Protobuf_Empty, context: ServerContext) async throws -> Ethereum_Eth_V1alpha1_ValidatorQueue {
        let state = try await view.state(.head)
        let epoch = state.currentEpoch
        let far = Constant.farFutureEpoch
        let all = Array(state.state.validators.enumerated())
        let activating = all.filter { $0.element.activationEligibilityEpoch != far && $0.element.activationEpoch > epoch }
            .sorted { ($0.element.activationEligibilityEpoch, $0.offset) < ($1.element.activationEligibilityEpoch, $1.offset) }
        let exiting = all.filter { $0.element.exitEpoch != far && $0.element.exitEpoch > epoch }
            .sorted { ($0.element.exitEpoch, $0.offset) < ($1.element.exitEpoch, $1.offset) }
        return .with {
            // Since Electra churn is an amount, not a number of validators: here in full stakes.
            $0.churnLimit = view.spec.config.maxPerEpochActivationExitChurnLimit / view.spec.preset.minActivationBalance
            $0.activationPublicKeys = activating.map(\.element.pubkey.data)
            $0.activationValidatorIndices = activating.map { UInt64($0.offset) }
            $0.exitPublicKeys = exiting.map(\.element.pubkey.data)
            $0.exitValidatorIndices = exiting.map { UInt64($0.offset) }
        }
    }
}
