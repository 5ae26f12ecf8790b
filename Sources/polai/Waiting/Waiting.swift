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
    return try await line.answer(to: ask, while: { !isHopeless($0) }, tell: { logger.notice("\($0)") })
}
