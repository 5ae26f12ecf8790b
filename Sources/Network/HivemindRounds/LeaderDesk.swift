import HivemindAveraging
import HivemindRPC
import HivemindWire
import LibP2P
import PeerIdentity
import Synchronization

/// Where those come who want to join a group that this node leads. Each waits with its stream until the group begins or is none.
final class LeaderDesk: Sendable {
    private struct State {
        var leadership: Leadership
        var followers: [PeerID: CheckedContinuation<LeaderMessage, Never>] = [:]
        /// The word to begin, once it is said.
        var beginning: LeaderMessage?
        /// This node's own round, which waits for it.
        var own: CheckedContinuation<LeaderMessage?, Never>?
        /// When this node has last said that it begins.
        var declared: Double?
    }

    /// Bytes of a request to join.
    private static let maximumRequest = Leadership.maximumWord + 1024
    /// How long a request may take to come.
    private static let arrival: Duration = .seconds(5)

    private let host: Host
    private let name: String
    private let word: MemberWord
    private let state: Mutex<State>

    /// - Parameters:
    ///   - word: what this node says of itself to the group.
    ///   - patience: after it a follower's stream is reset, whatever is going on.
    init(_ host: Host, _ prefix: String, terms: Leadership.Terms, word: MemberWord, patience: Duration) {
        (self.host, self.word) = (host, word)
        name = prefix + "::" + JoinRequest.method
        state = Mutex(State(leadership: Leadership(own: host.peerID, terms: terms)))
        host.handle(name) { [weak self] stream in
            let deadline = stream.deadline(patience)
            defer { deadline.cancel() }
            try await self?.serve(stream)
        }
    }

    // MARK: This node's own round

    /// When this node begins: who comes later is refused.
    func declare(_ begins: Double) {
        state.withLock { state in
            state.leadership.declare(begins)
            state.declared = begins
        }
    }

    var declared: Double? { state.withLock { $0.declared } }

    /// Another took this node in; `false` where its own group has begun.
    func follow(_ leader: PeerID) -> Bool {
        let (isFollowing, gone) = state.withLock { state in
            let isFollowing = state.leadership.follow(leader)
            return (isFollowing, isFollowing ? Self.dismissed(&state) : [])
        }
        var message = LeaderMessage(.groupDisbanded)
        message.suggestedLeader = leader.bytes
        for waiter in gone { waiter.resume(returning: message) }
        return isFollowing
    }

    func unfollow() { state.withLock { $0.leadership.unfollow() } }

    /// The time is up: begins if anybody follows. Returns whether it has begun.
    func finish() -> Bool {
        let gone = state.withLock { state -> [CheckedContinuation<LeaderMessage, Never>] in
            guard !state.leadership.isOver else { return [] }
            guard !state.leadership.followers.isEmpty else {
                state.leadership.disband()
                return Self.dismissed(&state)
            }
            begin(&state)
            return []
        }
        for waiter in gone { waiter.resume(returning: LeaderMessage(.groupDisbanded)) }
        return state.withLock { $0.beginning != nil }
    }

    /// The word to begin, once there is one; `nil` where the task is cancelled or all is over before.
    func beginning() async -> LeaderMessage? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let known: LeaderMessage?? = state.withLock { state in
                    if let beginning = state.beginning { return .some(beginning) }
                    if state.leadership.isOver || Task.isCancelled { return .some(nil) }
                    state.own = waiter
                    return nil
                }
                if let known { waiter.resume(returning: known) }
            }
        } onCancel: {
            let own = state.withLock { state in
                defer { state.own = nil }
                return state.own
            }
            own?.resume(returning: nil)
        }
    }

    /// Nobody joins any more; who waits is sent away.
    func close() {
        host.removeHandler(name)
        let (gone, own) = state.withLock { state in
            state.leadership.close()
            defer { state.own = nil }
            return (Self.dismissed(&state), state.own)
        }
        for waiter in gone { waiter.resume(returning: LeaderMessage(.groupDisbanded)) }
        own?.resume(returning: nil)
    }

    // MARK: Followers

    private func serve(_ stream: PeerStream) async throws {
        let arrival = stream.deadline(Self.arrival)
        defer { arrival.cancel() }
        var frames = StreamFrames(stream, limit: Self.maximumRequest)
        guard case .message(let bytes)? = try await frames.next() else { return }
        arrival.cancel()
        let request = try JoinRequest(bytes: bytes)
        let answer = state.withLock { state in
            let answer = state.leadership.answer(request, from: stream.peer)
            if answer.code == .accepted, state.leadership.isFull { begin(&state) }
            return answer
        }
        guard answer.code == .accepted else { return try await stream.write(StreamFrame.message(answer.bytes).bytes) }
        defer { leave(stream.peer) }
        try await stream.write(StreamFrame.message(answer.bytes).bytes)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            // Who closes its stream follows no longer.
            tasks.addTask {
                defer { self.leave(stream.peer) }
                while try await stream.read() != nil {}
            }
            try await stream.write(StreamFrame.message(await outcome(for: stream.peer).bytes).bytes)
            stream.close()
        }
    }

    /// What becomes of a follower.
    private func outcome(for peer: PeerID) async -> LeaderMessage {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let known: LeaderMessage? = state.withLock { state in
                    let follows = state.leadership.followers.contains { $0.peer == peer }
                    guard follows, !Task.isCancelled else { return disbanded(state) }
                    if let beginning = state.beginning { return beginning }
                    state.followers[peer] = waiter
                    return nil
                }
                if let known { waiter.resume(returning: known) }
            }
        } onCancel: {
            leave(peer)
        }
    }

    private func disbanded(_ state: State) -> LeaderMessage {
        var message = LeaderMessage(.groupDisbanded)
        message.suggestedLeader = state.leadership.leader?.bytes ?? []
        return message
    }

    /// A follower is gone. Once the group has begun it stays in it.
    private func leave(_ peer: PeerID) {
        let waiter = state.withLock { state in
            if !state.leadership.isOver { state.leadership.leave(peer) }
            return state.followers.removeValue(forKey: peer)
        }
        waiter?.resume(returning: LeaderMessage(.groupDisbanded))
    }

    /// Begins with all who follow, and says so to those who wait.
    private func begin(_ state: inout State) {
        var generator = SystemRandomNumberGenerator()
        let message = state.leadership.begin(word, using: &generator)
        state.beginning = message
        for waiter in Self.dismissed(&state) { waiter.resume(returning: message) }
        let own = state.own
        state.own = nil
        own?.resume(returning: message)
    }

    private static func dismissed(_ state: inout State) -> [CheckedContinuation<LeaderMessage, Never>] {
        defer { state.followers = [:] }
        return Array(state.followers.values)
    }
}
