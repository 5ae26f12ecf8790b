import Logging
import ServiceInterfaces

extension RemoteBeaconNode {
    /// How long a vote waits for a beacon node that is being started again. Its certificate has no longer either.
    static let votePatience: Duration = .seconds(30)

    /// Asks again while the node is away, and until its validator clients have found it again; what it refuses otherwise is thrown.
    nonisolated func patiently<Answer: Sendable>(
        for patience: Duration = votePatience, _ ask: @Sendable () async throws -> Answer
    ) async throws -> Answer {
        var line = WaitingLine("the beacon node at \(client.endpoint)")
        let deadline = ContinuousClock.now + patience
        var wasAway = false
        return try await line.answer(
            to: ask,
            while: { error in
                guard ContinuousClock.now < deadline,
                    (error as? RemoteBeaconNodeError)?.passesWithStart(wasAway: wasAway) == true
                else { return false }
                wasAway = true
                return true
            }, tell: { logger.notice("\($0)") })
    }
}

extension RemoteBeaconNodeError {
    /// Whether a node that is being started answers so.
    ///
    /// - Parameter wasAway: it could not be reached a moment ago: its validator clients have to come back to it.
    fileprivate func passesWithStart(wasAway: Bool) -> Bool {
        switch self {
        case .unreachable: true
        case .refused(_, let status, _, let reason): wasAway && (status >= 500 || ["not-subscribed", "no-answer"].contains(reason?.rule))
        default: false
        }
    }
}
