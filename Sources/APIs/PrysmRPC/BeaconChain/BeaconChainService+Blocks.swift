import BeaconTypes
import GRPCCore
import Primitives
import ServiceInterfaces
import SwiftProtobuf

extension BeaconChainService {
    func listBlocks(
        request: Ethereum_Eth_V1alpha1_ListBlocksRequest, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_ListBlocksResponse {
        let page = try PageRequest(size: request.pageSize, token: request.pageToken)
        let found: [ChainBlock]
        switch request.queryFilter {
        case .root(let bytes): found = try await block(.root(bytes.root("root")))
        case .slot(let slot): found = try await block(.slot(slot))
        case .genesis: found = try await block(.genesis)
        case .epoch(let epoch): found = try await view.blocks(of: epoch)
        case nil: throw RPCError.invalid("name the blocks by root, slot, epoch or genesis")
        }
        let cut = try page.cut(found)
        return .with { answer in
            answer.blockContainers = cut.page.map { block in
                .with {
                    $0.block = .init(block.block, spec: view.spec)
                    $0.blockRoot = block.root.data
                }
            }
            answer.nextPageToken = cut.next
            answer.totalSize = cut.total
        }
    }

    private func block(_ id: BlockID) async throws -> [ChainBlock] {
        try await reading { try await view.chain.block(id) }.map { [$0] } ?? []
    }

    func streamBlocks(
        request: Google_Protobuf_Empty, response: RPCWriter<Ethereum_Eth_V1alpha1_SignedBeaconBlock>, context: ServerContext
    ) async throws {
        for await event in await view.chain.events() {
            guard case .block(let root, _, _) = event, let found = try await block(.root(root)).first else { continue }
            try await response.write(.init(found.block, spec: view.spec))
        }
    }
}
