import Logging
import ServiceInterfaces

/// Asks another process until it answers, for ever; says for whom it waits.
///
/// - Parameters:
///   - whom: as a line of the log names it.
///   - isHopeless: errors that no waiting mends are thrown.
func waiting<Answer: Sendable>(
    for whom: String, logger: Logger, isHopeless: (any Error) -> Bool = { $0 is SetupError }, _ ask: () async throws -> Answer
) async throws -> Answer {
    var line = WaitingLine(whom)
    while true {
        do {
            let answer = try await ask()
            if let line = line.succeeded() { logger.notice("\(line)") }
            return answer
        } catch let error where error is CancellationError || isHopeless(error) {
            throw error
        } catch {
            let (pause, words) = line.failed("\(error)")
            if let words { logger.notice("\(words)") }
            try await Task.sleep(for: pause)
        }
    }
}
