public import BeaconTypes
import HTTPReader
import JSON
import Logging
public import Primitives
import SSZ
public import ServiceInterfaces

extension RemoteBeaconNode: LearningChain {
    /// The beacon API's events do not carry the learning state: it is fetched by the state root that they name. What cannot be
    /// fetched is not told. After a broken stream, where events were lost, head and finality are told again if they moved.
    public func learningMoves() -> AsyncStream<LearningMove> {
        let node = self
        let (stream, continuation) = AsyncStream.makeStream(of: LearningMove.self, bufferingPolicy: .bufferingNewest(1024))
        let task = Task {
            var told = Told()
            await node.followEvents(["head", "block", "finalized_checkpoint"]) {
                if let head = await node.point("head") { told.head(head, continuation) }
                if let final = await node.point("finalized") { told.finalized(final, continuation) }
            } tell: { event in
                try await node.tell(event, &told, continuation)
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }

    private typealias Moves = AsyncStream<LearningMove>.Continuation

    /// What was told last, which is not told twice.
    private struct Told {
        private var head: Root?
        private var finalized: Root?

        mutating func head(_ point: LearningPoint, _ moves: Moves) {
            if point.root != head { moves.yield(.head(point)) }
            head = point.root
        }

        mutating func finalized(_ point: LearningPoint, _ moves: Moves) {
            if point.root != finalized { moves.yield(.finalized(point)) }
            finalized = point.root
        }
    }

    private nonisolated func tell(_ event: EventStream.Event, _ told: inout Told, _ moves: Moves) async throws {
        let fields = AnswerFields(path: "/eth/v1/events", value: try JSONValue(parsing: event.data))
        switch event.name {
        case "block": moves.yield(.block(root: try fields.root("block"), slot: try fields.number("slot")))
        case "head":
            let (root, slot) = (try fields.root("block"), try fields.number("slot"))
            guard let learning = await learning(try fields.root("state").hex) else { return }
            told.head(LearningPoint(root: root, slot: slot, learning: learning), moves)
        case "finalized_checkpoint":
            if let final = await point(try fields.root("block").hex) { told.finalized(final, moves) }
        default: break
        }
    }

    public func block(root: Root) async throws -> SignedBeaconBlock? {
        var request = RESTRequest.get("/eth/v2/beacon/blocks/\(root.hex)")
        request.limit = 64 << 20
        return try await fetchIfFound(request)?.data.container(SignedBeaconBlock.self, spec)
    }

    /// A block named as the beacon API names one, and the learning state after it; `nil` when the node does not tell.
    private nonisolated func point(_ block: String) async -> LearningPoint? {
        do {
            try requireLearning()
            guard let answer = try await fetchIfFound(.get("/eth/v1/beacon/headers/\(block)")) else { return nil }
            let fields = try answer.data
            let header = try fields.field("header").field("message")
            guard let learning = await learning(try header.root("state_root").hex) else { return nil }
            return LearningPoint(root: try fields.root("root"), slot: try header.number("slot"), learning: learning)
        } catch {
            logger.debug("the beacon node does not tell the block \(block): \(error)")
            return nil
        }
    }

    private nonisolated func learning(_ state: String) async -> LearningState? {
        do {
            try requireLearning()
            return try await fetchIfFound(.get("/polai/v1/learning/\(state)"))?.data.container(LearningState.self, spec)
        } catch {
            logger.debug("the beacon node does not tell the learning state \(state): \(error)")
            return nil
        }
    }
}
