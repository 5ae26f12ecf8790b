import Primitives
import SwiftProtobuf
import BeaconTypes
import GRPCCore
import ServiceInterfaces
import StateTransition

extension BeaconChainService {
    func listBeaconCommittees(
        request: Ethereum_Eth_V1alpha1_ListCommitteesRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_BeaconCommittees {
        let epoch: Epoch
        switch request.queryFilter {
        case .epoch(let wanted): epoch = wanted
        case .genesis: epoch = 0
        case nil: throw RPCError.invalid("name the epoch, or genesis")
        }
        let state = try await view.state(epoch: epoch)
        var entries: [Ethereum_Eth_V1alpha1_BeaconCommittees.CommitteesEntry] = []
        for slot in try view.slots(of: epoch) {
            let committees = try await reading {
                try (0..<state.getCommitteeCountPerSlot(epoch)).map { try state.getBeaconCommittee(slot, $0) }
            }
            entries.append(
                .with { entry in
                    entry.key = slot
                    entry.value.committees = committees.map { members in .with { $0.validatorIndices = Array(members) } }
                })
        }
        return .with {
            $0.epoch = epoch
            $0.committees = entries
            $0.activeValidatorCount = UInt64(state.getActiveValidatorIndices(epoch).count)
        }
    }

    func listValidatorAssignments(
        request: Ethereum_Eth_V1alpha1_ListValidatorAssignmentsRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_ValidatorAssignments {
        let page = try PageRequest(size: request.pageSize, token: request.pageToken)
        let epoch: Epoch
        switch request.queryFilter {
        case .epoch(let wanted): epoch = wanted
        case .genesis: epoch = 0
        case nil: throw RPCError.invalid("name the epoch, or genesis")
        }
        let state = try await view.state(epoch: epoch)
        let wanted = Set(try state.selection(publicKeys: request.publicKeys, indices: request.indices))
        let assignments = try Assignment.all(of: epoch, in: state, slots: view.slots(of: epoch)).filter { wanted.contains($0.validator) }
        let cut = try page.cut(assignments)
        return .with { answer in
            answer.epoch = epoch
            answer.assignments = cut.page.map { assignment in
                .with {
                    $0.beaconCommittees = assignment.committee
                    $0.committeeIndex = assignment.committeeIndex
                    $0.attesterSlot = assignment.slot
                    $0.proposerSlots = assignment.proposals
                    $0.publicKey = assignment.publicKey.data
                    $0.validatorIndex = assignment.validator
                }
            }
            answer.nextPageToken = cut.next
            answer.totalSize = cut.total
        }
    }
}
