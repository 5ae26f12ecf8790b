import Logging
import Primitives
import ServiceInterfaces
import UpdateCodec
import UpdateLife

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
    /// Waits until the chain or the gate has spoken, and says every half a minute for what. It never waits for ever: after
    /// the setting's limit the round counts as overtaken, and a file that the node does not know is sent again.
    func verdict(on file: UpdateFile, parent: Hash32) async throws -> RoundVerdict {
        let changes = await node.changes()
        return try await withThrowingTaskGroup(of: RoundVerdict.self) { group in
            group.addTask { try await self.follow(changes, file, parent: parent) }
            group.addTask { try await self.remind(of: file) }
            defer { group.cancelAll() }
            guard let verdict = try await group.next() else { throw CancellationError() }
            return verdict
        }
    }

    /// Looks at the verdict whenever something changes.
    private func follow(_ changes: AsyncStream<Void>, _ file: UpdateFile, parent: Hash32) async throws -> RoundVerdict {
        for await _ in changes {
            try Task.checkCancellation()
            if let verdict = try await look(at: file.id, parent: parent) { return verdict }
        }
        try Task.checkCancellation()
        throw TrainerError.nodeStopped
    }

    /// What the chain or the gate says by now.
    private func look(at id: Hash32, parent: Hash32) async throws -> RoundVerdict? {
        let summary = try await node.verdict(on: id)
        waitsFor = Self.matter(of: summary)
        switch summary?.status {
        case .included, .finalized: return .accepted
        case .rejected, .invalid:
            if summary?.refusal == .outlier || summary?.refusal == .together { try await waitForOthers(parent: parent) }
            return .refused(summary?.status ?? .rejected, summary?.reason ?? "")
        case .expired: return .superseded
        case .pending, .valid, nil: break
        }
        // Another update took the place: this one can no longer enter.
        let head = try await node.head()
        guard head != parent, summary?.adapterRoot != head.hex else { return nil }
        // The journal may only be about to say that it entered.
        if let late = try await node.verdict(on: id), late.status == .included || late.status == .finalized { return .accepted }
        return .superseded
    }

    /// Says what is waited for, and sends a file again that the node lost.
    private func remind(of file: UpdateFile) async throws -> RoundVerdict {
        let limit = setting.verdictLimit / setting.reminderInterval
        var count = 0.0
        while count < limit {
            try await Task.sleep(for: setting.reminderInterval)
            count += 1
            logger.info("Still waiting: \(waitsFor)", metadata: ["file": "\(file.id.shortHex)", "round": "\(state.round)"])
            if waitsFor == Self.unknown { _ = try await node.publish(file.bytes) }
        }
        logger.warning("No verdict came in time; going on from the head", metadata: ["file": "\(file.id.shortHex)"])
        return .superseded
    }

    static let unknown = "the node does not know the update; it is sent again"

    private static func matter(of summary: UpdateSummary?) -> String {
        guard let summary else { return unknown }
        if summary.status == .valid { return "the certificate is to enter a block" }
        if summary.acks > 0 || summary.slot != nil {
            return "\(summary.acks) of \(summary.quorum) ACK votes (committee of \(summary.committee))"
        }
        return "the update is to be judged by the node's gate"
    }

    /// Where others' updates were taken, the head is about to change: a round from the old one would be lost. A candidate
    /// has 30 s for its votes and needs a block after that.
    private func waitForOthers(parent: Hash32) async throws { _ = try await headMoves(from: parent, within: .seconds(45)) }

    /// Waits until the head is another, no longer than `limit`; whether it is.
    func headMoves(from parent: Hash32, within limit: Duration) async throws -> Bool {
        let changes = await node.changes()
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { [node] in
                for await _ in changes where try await node.head() != parent { return true }
                return false
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
    }
}
