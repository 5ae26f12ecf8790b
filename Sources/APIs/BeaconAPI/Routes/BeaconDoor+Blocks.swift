import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives
import ServiceInterfaces

extension BeaconDoor {
    func addBlockRoutes(to router: DoorRouter) {
        router.get("/eth/v2/beacon/blocks/:block_id") { request, context in
            let block = try await block(context)
            return try Response.versioned(block.block, finalized: block.isFinalized, spec: spec, for: request)
        }
        router.get("/eth/v1/beacon/blocks/:block_id/root") { _, context in
            let (id, root) = try await blockRoot(context)
            return Response.chainData(["root": .string(root.hex)], finalized: try await isFinalized(id, root))
        }
    }

    /// Genesis is final although it may have no block to load.
    private func isFinalized(_ id: BlockID, _ root: Root) async throws -> Bool {
        if id == .genesis || id == .finalized { return true }
        return try await chain.block(.root(root))?.isFinalized ?? false
    }
}
