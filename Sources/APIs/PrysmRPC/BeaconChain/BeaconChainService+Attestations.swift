import BeaconTypes
import GRPCCore
import Primitives
import ServiceInterfaces
import StateTransition
import SwiftProtobuf

extension BeaconChainService {
    func listAttestations(
        request: Ethereum_Eth_V1alpha1_ListAttestationsRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_ListAttestationsResponse {
        let page = try PageRequest(size: request.pageSize, token: request.pageToken)
        let epoch: Epoch
        switch request.queryFilter {
        case .epoch(let wanted): epoch = wanted
        case .genesisEpoch: epoch = 0
        case nil: throw RPCError.invalid("name the epoch, or genesis_epoch")
        }
        let found = try await view.blocks(of: epoch).flatMap(\.block.message.body.attestations)
        let cut = try page.cut(found.compactMap { Ethereum_Eth_V1alpha1_Attestation($0, spec: view.spec) })
        return .with {
            $0.attestations = Array(cut.page)
            $0.nextPageToken = cut.next
            $0.totalSize = cut.total
        }
    }

    func listIndexedAttestations(
        request: Ethereum_Eth_V1alpha1_ListIndexedAttestationsRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_ListIndexedAttestationsResponse {
        let page = try PageRequest(size: request.pageSize, token: request.pageToken)
        let epoch: Epoch
        switch request.queryFilter {
        case .epoch(let wanted): epoch = wanted
        case .genesisEpoch: epoch = 0
        case nil: throw RPCError.invalid("name the epoch, or genesis_epoch")
        }
        var found: [IndexedAttestation] = []
        for block in try await view.blocks(of: epoch) { found += try await indexed(block) }
        let cut = try page.cut(found)
        return .with {
            $0.indexedAttestations = cut.page.map { .init($0) }
            $0.nextPageToken = cut.next
            $0.totalSize = cut.total
        }
    }

    func streamAttestations(
        request: Google_Protobuf_Empty, response: RPCWriter<Ethereum_Eth_V1alpha1_Attestation>, context: ServerContext
    ) async throws {
        for await event in await view.chain.events() {
            guard case .block(let root, _, _) = event, let block = try await reading({ try await view.chain.block(.root(root)) }) else {
                continue
            }
            for attestation in block.block.message.body.attestations {
                if let message = Ethereum_Eth_V1alpha1_Attestation(attestation, spec: view.spec) { try await response.write(message) }
            }
        }
    }

    func streamIndexedAttestations(
        request: Google_Protobuf_Empty, response: RPCWriter<Ethereum_Eth_V1alpha1_IndexedAttestation>, context: ServerContext
    ) async throws {
        for await event in await view.chain.events() {
            guard case .block(let root, _, _) = event, let block = try await reading({ try await view.chain.block(.root(root)) }) else {
                continue
            }
            for attestation in try await indexed(block) { try await response.write(.init(attestation)) }
        }
    }

    func attestationPool(
        request: Ethereum_Eth_V1alpha1_AttestationPoolRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_AttestationPoolResponse {
        let page = try PageRequest(size: request.pageSize, token: request.pageToken)
        let pooled = await operations.pooledAttestations(slot: nil, committeeIndex: nil)
        let cut = try page.cut(pooled.compactMap { Ethereum_Eth_V1alpha1_Attestation($0, spec: view.spec) })
        return .with {
            $0.attestations = Array(cut.page)
            $0.nextPageToken = cut.next
            $0.totalSize = cut.total
        }
    }

    /// The attestations of a block with their voters named, by the committees of its own branch.
    private func indexed(_ block: ChainBlock) async throws -> [IndexedAttestation] {
        let attestations = block.block.message.body.attestations
        guard !attestations.isEmpty else { return [] }
        let state = try await view.state(.root(block.root))
        return attestations.compactMap { try? state.getIndexedAttestation($0) }
    }
}
