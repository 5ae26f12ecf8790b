import Foundation
import HTTPReader
import Logging
public import Primitives
public import ServiceInterfaces
public import UpdateLife

extension RemoteAIEngineError {
    /// Whether another try may go better: the engine is away, has too much to do, or has not read its secret yet.
    fileprivate var isPassing: Bool {
        switch self {
        case .unreachable: true
        case .refused(let status, _): status >= 500 || [401, 408, 425, 429].contains(status)
        default: false
        }
    }
}

/// What becomes of an update must reach its book: whoever notes something waits until the engine is there again, or refuses it.
extension RemoteAIEngine: UpdateNotes {
    @discardableResult
    public func apply(_ event: UpdateEvent, to id: Hash32) async -> UpdateRecord {
        let noted: UpdateRecord? = await persistently {
            let body = Array(try JSONEncoder().encode(event))
            return try Self.decode(
                UpdateRecord.self, try await answer(request(.post, "/polai/v1/engine/updates/\(id.hex)", body)), address)
        }
        if let noted { return noted }
        // The caller is being stopped, or the engine refuses the event: the caller goes on with its own account of the update.
        var record = UpdateRecord(id: id)
        record.apply(event)
        return record
    }

    public func record(_ id: Hash32) async -> UpdateRecord? { await record("/polai/v1/engine/updates/\(id.hex)") }

    public func record(of id: Hash32) async -> UpdateRecord? { await record("/polai/v1/engine/updates/\(id.hex)?exact=true") }

    public func latest(_ limit: Int) async -> [UpdateRecord] {
        await persistently {
            try Self.decode([UpdateRecord].self, try await answer(request(.get, "/polai/v1/engine/updates?limit=\(limit)")), address)
        } ?? []
    }

    private func record(_ path: String) async -> UpdateRecord? {
        let answer: UpdateRecord?? = await persistently {
            try await found(request(.get, path)).map { try Self.decode(UpdateRecord.self, $0, address) }
        }
        return answer ?? nil
    }

    /// Asks until the engine answers; `nil` once the task is cancelled, or where the engine refuses what no waiting changes. Says
    /// for whom it waits, and what was refused.
    @discardableResult
    func persistently<Answer: Sendable>(_ ask: () async throws -> Answer) async -> Answer? {
        do {
            return try await asking(ask) { ($0 as? RemoteAIEngineError)?.isPassing ?? false }
        } catch {
            if !(error is CancellationError) { logger.error("\(error)") }
            return nil
        }
    }

    /// Asks until the engine is there; what it refuses is thrown.
    func onceReached<Answer: Sendable>(_ ask: () async throws -> Answer) async throws -> Answer {
        try await asking(ask) { error in
            if case .unreachable? = error as? RemoteAIEngineError { true } else { false }
        }
    }

    private func asking<Answer: Sendable>(
        _ ask: () async throws -> Answer, isPassing: (any Error) -> Bool
    ) async throws -> Answer {
        var line = WaitingLine("the AI engine at \(address)")
        return try await line.answer(to: ask, while: isPassing, tell: { logger.notice("\($0)") })
    }
}
