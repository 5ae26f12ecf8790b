import Logging
import Primitives
import ServiceInterfaces

/// What the chain made of an update.
enum RoundVerdict: Sendable {
    case accepted
    /// The gate or the averager refused it.
    case refused(UpdateStatus, String)
    /// Another update took the place first, or no quorum came together.
    case superseded

    /// For the log.
    var word: String {
        switch self {
        case .accepted: "accepted"
        case .refused(let status, _): status.rawValue
        case .superseded: "superseded"
        }
    }
}

extension Trainer {
    /// Where others' updates were taken, the head is about to change: a round from the old one would be lost. A candidate
    /// has 30 s for its votes and needs a block after that.
    private func waitForOthers(parent: Hash32) async throws {
        let deadline = ContinuousClock.now + .seconds(45)
        while ContinuousClock.now < deadline, try await ground.head() == parent { try await Task.sleep(for: setting.verdictInterval) }
    }

    /// Waits until the chain or the gate has spoken.
    func verdict(on id: Hash32, parent: Hash32) async throws -> RoundVerdict {
        while true {
            try await Task.sleep(for: setting.verdictInterval)
            let summary = try await ground.verdict(on: id)
            if let summary {
                switch summary.status {
                case .included, .finalized: return .accepted
                case .rejected, .invalid:
                    if summary.refusal == .outlier || summary.refusal == .together { try await waitForOthers(parent: parent) }
                    return .refused(summary.status, summary.reason ?? "")
                case .expired: return .superseded
                case .pending, .valid: break
                }
            }
            // Another update took the place: this one can no longer enter.
            let head = try await ground.head()
            if head != parent, summary?.adapterRoot != head.hex {
                // The journal may only be about to say that it entered.
                if let late = try await ground.verdict(on: id), late.status == .included || late.status == .finalized { return .accepted }
                return .superseded
            }
        }
    }
}
