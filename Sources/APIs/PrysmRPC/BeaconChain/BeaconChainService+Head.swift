import SSZ
import BeaconTypes
import GRPCCore
import Primitives
import ServiceInterfaces
import StateTransition
import SwiftProtobuf

extension BeaconChainService {
    func getChainHead(request: Google_Protobuf_Empty, context: ServerContext) async throws -> Ethereum_Eth_V1alpha1_ChainHead {
        try await chainHead()
    }

    func streamChainHead(
        request: Google_Protobuf_Empty, response: RPCWriter<Ethereum_Eth_V1alpha1_ChainHead>, context: ServerContext
    ) async throws {
        let events = await view.chain.events()
        try await response.write(try await chainHead())
        for await event in events {
            switch event {
            case .head, .finalized: try await response.write(try await chainHead())
            default: break
            }
        }
    }

    func getWeakSubjectivityCheckpoint(
        request: Google_Protobuf_Empty, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_WeakSubjectivityCheckpoint {
        var state = try await view.state(.finalized)
        let header = state.state.latestBlockHeader
        let stateRoot = header.stateRoot.isZero ? state.hashTreeRoot() : header.stateRoot
        let root = try await reading { try await view.chain.blockRoot(.finalized) }
        return .with {
            $0.blockRoot = (root ?? .zero).data
            $0.stateRoot = stateRoot.data
            $0.epoch = header.slot / view.slotsPerEpoch
        }
    }

    private func chainHead() async throws -> Ethereum_Eth_V1alpha1_ChainHead {
        let state = try await view.state(.head)
        guard let root = try await reading({ try await view.chain.blockRoot(.head) }) else {
            throw RPCError(code: .unavailable, message: "the node has no head yet")
        }
        let genesis = try await reading { try await view.chain.blockRoot(.genesis) } ?? .zero
        let beacon = state.state
        /// The stub of epoch 0 stands for genesis.
        func blockRoot(_ checkpoint: Checkpoint) -> Root { checkpoint.root.isZero ? genesis : checkpoint.root }
        func slot(_ checkpoint: Checkpoint) -> Slot {
            checkpoint.epoch.multipliedReportingOverflow(by: view.slotsPerEpoch).partialValue
        }
        return .with {
            $0.headSlot = beacon.latestBlockHeader.slot
            $0.headEpoch = beacon.latestBlockHeader.slot / view.slotsPerEpoch
            $0.headBlockRoot = root.data
            $0.finalizedSlot = slot(beacon.finalizedCheckpoint)
            $0.finalizedEpoch = beacon.finalizedCheckpoint.epoch
            $0.finalizedBlockRoot = blockRoot(beacon.finalizedCheckpoint).data
            $0.justifiedSlot = slot(beacon.currentJustifiedCheckpoint)
            $0.justifiedEpoch = beacon.currentJustifiedCheckpoint.epoch
            $0.justifiedBlockRoot = blockRoot(beacon.currentJustifiedCheckpoint).data
            $0.previousJustifiedSlot = slot(beacon.previousJustifiedCheckpoint)
            $0.previousJustifiedEpoch = beacon.previousJustifiedCheckpoint.epoch
            $0.previousJustifiedBlockRoot = blockRoot(beacon.previousJustifiedCheckpoint).data
        }
    }
}
