import EngineTypes
import Logging
import Primitives
import RemoteExecutionEngine
import ServiceInterfaces
import Synchronization

/// An execution engine in another process, and a line in the log when it is gone and when it is back. Nothing is tried again
/// here: whoever asks does so with the next slot.
final class WatchedEngine: ExecutionEngine {
    private let engine: any ExecutionEngine
    private let logger: Logger
    private let line: Mutex<WaitingLine>

    init(_ engine: any ExecutionEngine, at place: String, logger: Logger) {
        (self.engine, self.logger) = (engine, logger)
        line = Mutex(WaitingLine("the execution node at \(place)"))
    }

    func newPayload(
        _ payload: ExecutionPayload, parentBeaconBlockRoot: Hash32, executionRequests: [[UInt8]]
    ) async throws -> PayloadStatus {
        try await watched {
            try await engine.newPayload(payload, parentBeaconBlockRoot: parentBeaconBlockRoot, executionRequests: executionRequests)
        }
    }

    func forkchoiceUpdated(_ state: ForkchoiceState, attributes: PayloadAttributes?) async throws -> ForkchoiceUpdated {
        try await watched { try await engine.forkchoiceUpdated(state, attributes: attributes) }
    }

    func getPayload(_ id: PayloadID) async throws -> GetPayloadResponse {
        try await watched { try await engine.getPayload(id) }
    }

    private func watched<Answer>(_ ask: () async throws -> Answer) async throws -> Answer {
        do {
            let answer = try await ask()
            answered()
            return answer
        } catch let error as RemoteEngineError {
            switch error {
            // What the engine refuses it has heard.
            case .answered: answered()
            case .unreachable, .unauthorised, .refused, .malformed:
                if let words = line.withLock({ $0.failed("\(error)").line }) { logger.warning("\(words)") }
            }
            throw error
        }
    }

    private func answered() {
        if let words = line.withLock({ $0.succeeded() }) { logger.notice("\(words)") }
    }
}
