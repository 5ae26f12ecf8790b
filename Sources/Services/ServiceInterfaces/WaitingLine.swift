/// How long to wait for another process, and when to say so: pauses that grow to a few seconds, and lines at intervals that grow
/// to ten minutes, so that nothing is tried again in silence and no log is filled.
///
/// It knows no clock: the time that has passed is the pauses that it gave.
public struct WaitingLine: Sendable {
    /// Whom is waited for, as a line names it: `the execution node at http://localhost:8551`.
    public let whom: String
    private var pause = Self.firstPause
    private var waited: Duration = .zero
    /// When the next line is due, in time waited.
    private var nextLine: Duration = .zero
    private var lineInterval = Self.firstInterval
    private var reason: String?
    private var reasonSince: Duration = .zero

    private static let firstPause: Duration = .milliseconds(500)
    private static let longestPause: Duration = .seconds(5)
    private static let firstInterval: Duration = .seconds(10)
    private static let longestInterval: Duration = .seconds(600)
    /// A reason that changes to and fro is told no more often.
    private static let quiet: Duration = .seconds(5)

    public init(_ whom: String) { self.whom = whom }

    /// Whether the last try failed.
    public var isWaiting: Bool { reason != nil }

    /// Notes a try that failed: the pause before the next, and a line where one is due.
    public mutating func failed(_ reason: String) -> (pause: Duration, line: String?) {
        defer {
            waited += pause
            pause = min(pause * 2, Self.longestPause)
        }
        if self.reason == nil { (pause, waited, nextLine, lineInterval) = (Self.firstPause, .zero, .zero, Self.firstInterval) }
        let isOther = self.reason != nil && self.reason != reason && waited - reasonSince >= Self.quiet
        self.reason = reason
        guard waited >= nextLine || isOther else { return (pause, nil) }
        if waited >= nextLine, waited > .zero { lineInterval = min(lineInterval * 3, Self.longestInterval) }
        nextLine = waited + lineInterval
        reasonSince = waited
        let since = waited > .zero ? " (for \(waited.components.seconds) s)" : ""
        return (pause, "Waiting for \(whom)\(since): \(reason)")
    }

    /// Asks until an answer comes, with pauses between.
    ///
    /// - Parameters:
    ///   - isPassing: whether another try may go better after an error; other errors are thrown, and so is a cancellation.
    ///   - tell: takes each line that is due.
    public mutating func answer<Answer: Sendable>(
        to ask: () async throws -> Answer, while isPassing: (any Error) -> Bool, tell: (String) -> Void
    ) async throws -> Answer {
        while true {
            do {
                let answer = try await ask()
                if let line = succeeded() { tell(line) }
                return answer
            } catch let error where !(error is CancellationError) && isPassing(error) {
                let (pause, line) = failed("\(error)")
                if let line { tell(line) }
                try await Task.sleep(for: pause)
            }
        }
    }

    /// Notes a try that went well: a line where somebody was waited for.
    public mutating func succeeded() -> String? {
        guard reason != nil else { return nil }
        reason = nil
        return "No longer waiting for \(whom)"
    }
}
