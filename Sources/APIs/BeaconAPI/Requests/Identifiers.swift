import BeaconTypes
import HTTPDoor
import Hummingbird
import ServiceInterfaces

extension BeaconDoor {
    /// The block that the path's `block_id` names.
    func block(_ context: DoorContext) async throws -> ChainBlock {
        let (id, text) = try Self.identifier(context, "block_id", "block")
        guard let block = try await chain.block(id) else { throw await missingBlock(id, text) }
        return block
    }

    /// The root of the block that the path's `block_id` names.
    func blockRoot(_ context: DoorContext) async throws -> (id: BlockID, root: Root) {
        let (id, text) = try Self.identifier(context, "block_id", "block")
        guard let root = try await chain.blockRoot(id) else { throw await missingBlock(id, text) }
        return (id, root)
    }

    /// That there is no such block, or not yet: a node that began at a checkpoint fetches the blocks before it.
    private func missingBlock(_ id: BlockID, _ text: String) async -> DoorError {
        let message = "Block not found: \(text)"
        guard let history = await chain.syncStatus().history else { return .notFound(message) }
        let mayCome =
            switch id {
            case .slot(let slot): history.slot < slot && slot < history.target
            case .root: history.slot < history.target
            default: false
            }
        let hint = "it may come: this node fetches the blocks before slot \(history.target) and has those up to slot \(history.slot)"
        return .notFound(message, hint: mayCome ? hint : nil)
    }

    /// The state that the path's `state_id` names.
    func state(_ context: DoorContext) async throws -> ChainState {
        let (id, text) = try Self.identifier(context, "state_id", "state")
        guard let state = try await chain.state(id) else { throw DoorError.notFound("State not found: \(text)") }
        return state
    }

    private static func identifier(_ context: DoorContext, _ name: String, _ what: String) throws(DoorError) -> (BlockID, String) {
        let text = context.parameters.get(name) ?? ""
        guard let id = BlockID(text) else {
            throw .badRequest(
                "Invalid \(what) ID: \(text)",
                hint: "use head, genesis, justified, finalized, confirmed, a slot, or a root of 0x and 64 hexadecimal digits")
        }
        return (id, text)
    }
}
