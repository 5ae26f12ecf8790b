import BeaconTypes
import JSON
import Logging
import Primitives
import SSZ
public import ServiceInterfaces

extension RemoteBeaconNode {
    /// Seconds before a broken event stream is opened again.
    static let reopeningPause: Double = 1

    /// The node's head, block, finality and reorganisation events. A stream that breaks is opened again until the subscriber
    /// ends. Fast confirmations and payload attributes are for those beside the node: not every node knows these topics.
    public func events() -> AsyncStream<BeaconEvent> {
        let (client, logger) = (client, logger)
        return AsyncStream { continuation in
            let task = Task {
                while !Task.isCancelled {
                    do {
                        for try await event in try await client.events(topics: ["head", "block", "finalized_checkpoint", "chain_reorg"]) {
                            if let event = try Self.event(event) { continuation.yield(event) }
                        }
                    } catch {
                        logger.debug("the beacon node's event stream broke: \(error)")
                    }
                    try? await Task.sleep(for: .seconds(Self.reopeningPause))
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private static func event(_ event: EventStream.Event) throws -> BeaconEvent? {
        let fields = AnswerFields(path: "/eth/v1/events", value: try JSONValue(parsing: event.data))
        // The beacon API demands this field. A node that leaves it out is taken to have validated the block.
        let isOptimistic = fields.value["execution_optimistic"]?.bool ?? false
        switch event.name {
        case "block": return .block(root: try fields.root("block"), slot: try fields.number("slot"), isOptimistic: isOptimistic)
        case "head":
            return .head(
                root: try fields.root("block"), slot: try fields.number("slot"), stateRoot: try fields.root("state"),
                isOptimistic: isOptimistic)
        case "finalized_checkpoint":
            let checkpoint = Checkpoint(epoch: try fields.number("epoch"), root: try fields.root("block"))
            return .finalized(checkpoint: checkpoint, stateRoot: try fields.root("state"), isOptimistic: isOptimistic)
        case "chain_reorg":
            return .chainReorg(
                slot: try fields.number("slot"), depth: try fields.number("depth"), oldHead: try fields.root("old_head_block"),
                newHead: try fields.root("new_head_block"), isOptimistic: isOptimistic)
        default: return nil
        }
    }
}
