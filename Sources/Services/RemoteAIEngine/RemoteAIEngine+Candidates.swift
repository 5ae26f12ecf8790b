public import BeaconTypes
import HTTPReader
import JSON
import Logging
import Primitives
import SSZ
public import ServiceInterfaces

extension RemoteAIEngine: CandidateFeed {
    /// A stream that breaks is opened again after growing pauses, until the reader ends; the log says so.
    public func backedCandidates() -> AsyncStream<UpdateCandidate> {
        let (stream, continuation) = AsyncStream.makeStream(of: UpdateCandidate.self, bufferingPolicy: .bufferingNewest(256))
        let task = Task {
            var line = WaitingLine("the AI engine at \(address)")
            while !Task.isCancelled {
                var reason = "its stream of candidates ended"
                do {
                    let answer = try await HTTPReader.stream(request(.get, "/polai/v1/engine/candidates"))
                    guard answer.status == 200 else { throw Self.refusal(answer.status, (try? await answer.body(limit: 4096)) ?? []) }
                    if let words = line.succeeded() { logger.notice("\(words)") }
                    for try await event in answer.events where event.name == "candidate" {
                        continuation.yield(try UpdateCandidate(json: JSONValue(parsing: event.data), spec))
                    }
                } catch {
                    reason = "\(error)"
                }
                if Task.isCancelled { break }
                let (pause, words) = line.failed(reason)
                if let words { logger.notice("\(words)") }
                try? await Task.sleep(for: pause)
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }

    public func judged(_ statement: AckStatement, of candidate: UpdateCandidate) async {
        let body = JSONValue.object(statement.members(spec) + [.init("candidate", candidate.json(spec))])
        await persistently { _ = try await answer(request(.post, "/polai/v1/engine/judgements", body.utf8)) }
    }
}
