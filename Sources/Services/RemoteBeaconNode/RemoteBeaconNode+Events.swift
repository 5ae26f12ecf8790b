import BeaconTypes
import HTTPReader
import JSON
import Logging
import Primitives
import SSZ
public import ServiceInterfaces

extension RemoteBeaconNode {
    /// The node's head, block, finality and reorganisation events. A stream that breaks is opened again until the subscriber
    /// ends; the blocks that came meanwhile are told then. Fast confirmations and payload attributes are for those beside the
    /// node: not every node knows these topics.
    public func events() -> AsyncStream<BeaconEvent> {
        let node = self
        return AsyncStream { continuation in
            let task = Task {
                var last: Slot?
                await node.followEvents(["head", "block", "finalized_checkpoint", "chain_reorg"]) {
                    guard let slot = last else { return }
                    for missed in try await node.blocks(in: slot...max(slot, min(slot &+ Self.missedSlots, node.clock.currentSlot ?? 0))) {
                        continuation.yield(.block(root: missed.root, slot: missed.slot, isOptimistic: false))
                    }
                } tell: { event in
                    guard let event = try Self.event(event) else { return }
                    if case .block(_, let slot, _) = event { last = max(last ?? 0, slot) }
                    continuation.yield(event)
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Slots after the last one that was told whose blocks are looked for when a stream was broken.
    private static let missedSlots: Slot = 256

    /// Follows the node's events until cancelled. A stream that breaks is opened again after growing pauses, and the log says so.
    ///
    /// - Parameter opened: called each time the stream is open, before its first event.
    nonisolated func followEvents(
        _ topics: [String], opened: () async throws -> Void, tell: (EventStream.Event) async throws -> Void
    ) async {
        var line = WaitingLine("the beacon node at \(client.endpoint)")
        // Of several streams that break at once one speaks.
        let speaker = client.speakers.newSpeaker()
        defer { speaker.leave() }
        while !Task.isCancelled {
            var reason = "its stream of events ended"
            do {
                let events = try await client.events(topics: topics)
                if let words = line.succeeded(), speaker.isSpeaking { logger.notice("\(words)") }
                speaker.leave()
                try await opened()
                for try await event in events { try await tell(event) }
            } catch let error as HTTPReadError {
                reason = "its stream of events broke off (\(error))"
            } catch {
                reason = "\(error)"
            }
            if Task.isCancelled { return }
            let (pause, words) = line.failed(reason)
            if let words, speaker.takesTheWord { logger.notice("\(words)") }
            try? await Task.sleep(for: pause)
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
