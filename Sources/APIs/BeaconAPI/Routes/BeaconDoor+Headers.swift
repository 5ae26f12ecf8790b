import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives
import ServiceInterfaces
import SSZ

extension BeaconDoor {
    func addHeaderRoutes(to routes: RouteTable) {
        routes.get("/eth/v1/beacon/headers/:block_id") { _, context in
            let block = try await block(context)
            return Response.chainData(header(of: block), block.marks)
        }
        routes.get("/eth/v1/beacon/headers") { request, _ in
            let blocks = try await blocks(matching: request)
            return Response.chainData(.array(blocks.map(header)), AnswerMarks(blocks))
        }
    }

    /// The head, or the blocks in the given slot or upon the given parent: of every branch that fork choice still looks at,
    /// of the canonical chain before.
    private func blocks(matching request: Request) async throws -> [ChainBlock] {
        let slot = try request.queryNumber("slot")
        let parent = try request.uri.queryParameters["parent_root"].map { text throws(DoorError) -> Root in
            guard text.hasPrefix("0x"), let root = try? Root(hex: String(text)) else { throw .badRequest("Invalid parent_root: \(text)") }
            return root
        }
        let open = try await openBlocks(slot: slot, parent: parent)
        if !open.isEmpty { return open }
        let found: ChainBlock?
        switch (slot, parent) {
        case (let slot?, _): found = try await chain.block(.slot(slot))
        case (nil, let parent?): found = try await child(of: parent)
        case (nil, nil): found = try await chain.block(.head)
        }
        guard let block = found, parent == nil || block.block.message.parentRoot == parent else { return [] }
        return [block]
    }

    private func openBlocks(slot: Slot?, parent: Root?) async throws -> [ChainBlock] {
        guard let services, slot != nil || parent != nil else { return [] }
        var blocks: [ChainBlock] = []
        for node in try await services.forkChoiceSnapshot().nodes
        where (slot ?? node.slot) == node.slot && (parent ?? node.parentRoot) == node.parentRoot {
            if let block = try await chain.block(.root(node.root)) { blocks.append(block) }
        }
        return blocks
    }

    /// The next canonical block after `parent`.
    private func child(of parent: Root) async throws -> ChainBlock? {
        guard let first = try await chain.block(.root(parent)), first.isCanonical else { return nil }
        let head = await chain.syncStatus().headSlot
        var slot = first.block.message.slot
        while slot < head {
            slot += 1
            if let block = try await chain.block(.slot(slot)) { return block }
        }
        return nil
    }

    private func header(of block: ChainBlock) -> JSONValue {
        let message = block.block.message
        let header = BeaconBlockHeader(
            slot: message.slot, proposerIndex: message.proposerIndex, parentRoot: message.parentRoot, stateRoot: message.stateRoot,
            bodyRoot: message.body.hashTreeRoot(spec))
        return [
            "root": .string(block.root.hex), "canonical": .bool(block.isCanonical),
            "header": SignedBeaconBlockHeader(message: header, signature: block.block.signature).json(spec),
        ]
    }
}
