import BeaconTypes
import JSON
import Logging
import Primitives
import SSZ
public import ServiceInterfaces

extension RemoteBeaconNode {
    /// Seconds before a broken event stream is opened again.
    static let reopeningPause: Double = 1

    /// The node's head, block, finality and reorganisation events. The beacon API does not carry the learning state, so it is
    /// the empty one in these events. A stream that breaks is opened again until the subscriber ends.
    public func events() -> AsyncStream<BeaconEvent> {
        let (client, spec, logger) = (client, spec, logger)
        return AsyncStream { continuation in
            let task = Task {
                while !Task.isCancelled {
                    do {
                        for try await event in try await client.events(topics: ["head", "block", "finalized_checkpoint", "chain_reorg"]) {
                            if let event = try Self.event(event, spec) { continuation.yield(event) }
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

    private static func event(_ event: EventStream.Event, _ spec: BeaconSpec) throws -> BeaconEvent? {
        let fields = AnswerFields(path: "/eth/v1/events", value: try JSONValue(parsing: event.data))
        let learning = LearningState(default: spec)
        switch event.name {
        case "block": return .block(root: try fields.root("block"), slot: try fields.number("slot"))
        case "head":
            return .head(
                root: try fields.root("block"), slot: try fields.number("slot"), stateRoot: try fields.root("state"), learning: learning)
        case "finalized_checkpoint":
            let checkpoint = Checkpoint(epoch: try fields.number("epoch"), root: try fields.root("block"))
            let (slot, overflow) = checkpoint.epoch.multipliedReportingOverflow(by: spec.preset.slotsPerEpoch)
            guard !overflow else { throw fields.malformed("epoch \(checkpoint.epoch)") }
            return .finalized(checkpoint: checkpoint, slot: slot, stateRoot: try fields.root("state"), learning: learning)
        case "chain_reorg":
            return .chainReorg(
                slot: try fields.number("slot"), depth: try fields.number("depth"), oldHead: try fields.root("old_head_block"),
                newHead: try fields.root("new_head_block"))
        default: return nil
        }
    }
}
