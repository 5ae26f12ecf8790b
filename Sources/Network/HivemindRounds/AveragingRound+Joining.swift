import HivemindAveraging
import HivemindDHT
import HivemindRPC
import HivemindWire
import LibP2P
import MessagePack
import Multiformats
import PeerIdentity

/// Finding a group (`Matchmaking` of Hivemind): all that look for one are in the DHT with when they begin; each asks those that begin
/// before it does, and leads those that begin after it.
extension AveragingRound {
    /// Seconds from now until which a leader's word of when it begins is believed.
    private static let horizon = 600.0
    /// Leaders that are asked before they are looked for again.
    private static let leadersAtOnce = 16
    /// Times that one is asked for one beginning.
    private static let attempts = 3
    /// Leaders that one after the other send this node on.
    private static let redirections = 3
    /// Seconds that a leader may begin later than it said.
    private static let tolerance = 10.0
    /// How often leaders are looked for.
    private static let pause: Duration = .milliseconds(200)

    /// Follows whoever begins first, or leads, until there is a group; and when this node has last said that it begins.
    func join() async throws -> (AveragingGroup, declared: Double?) {
        guard setting.leads else {
            guard let group = try await look(nil) else { throw RoundError.nobody }
            return (group, nil)
        }
        let terms = Leadership.Terms(
            schema: TensorSchema.hash(shapes: setting.shapes), groupKey: setting.groupKey,
            size: min(max(2, setting.groupSize), Setting.largestGroup))
        let desk = LeaderDesk(
            node.host, setting.prefix, terms: terms, word: setting.word, patience: setting.patience + .seconds(Self.tolerance))
        defer { desk.close() }
        return try await withThrowingTaskGroup(of: AveragingGroup?.self) { tasks in
            tasks.addTask { try await look(desk) }
            tasks.addTask {
                guard let beginning = await desk.beginning() else { return nil }
                return try AveragingGroup(beginning, own: node.host.peerID, mode: setting.mode)
            }
            defer { tasks.cancelAll() }
            while let group = try await tasks.next() { if let group { return (group, desk.declared) } }
            throw RoundError.nobody
        }
    }

    /// Looks for leaders, and declares this node one at `desk`, until one begins with it or its patience ends; `nil` where its own group
    /// begins.
    private func look(_ desk: LeaderDesk?) async throws -> AveragingGroup? {
        let end = ContinuousClock.now + setting.patience
        var last: RoundError = .nobody
        var asked: [Leader: Int] = [:]
        var own: (leader: Leader, due: ContinuousClock.Instant)?
        while ContinuousClock.now < end {
            if let desk, own == nil { own = await declare(at: desk, until: end) }
            for leader in await leaders(before: own?.leader) where ContinuousClock.now < min(end, own?.due ?? end) {
                guard asked[leader, default: 0] < Self.attempts else { continue }
                asked[leader, default: 0] += 1
                do { return try await follow(leader, own?.leader, desk, until: end) } catch {
                    try Task.checkCancellation()
                    last = error as? RoundError ?? .refused("\(error)")
                }
            }
            if let due = own?.due, due <= ContinuousClock.now {
                if desk?.finish() == true { return nil }
                own = nil
            }
            try await Task.sleep(until: min(ContinuousClock.now + Self.pause, own?.due ?? end), clock: .continuous)
        }
        if desk?.finish() == true { return nil }
        throw last
    }

    // MARK: Who leads

    /// Who looks for a group, and when it begins at the latest, in seconds since the Unix epoch. Who begins earlier leads.
    struct Leader: Hashable, Comparable {
        var peer: PeerID
        var begins: Double

        static func < (left: Leader, right: Leader) -> Bool {
            left.begins != right.begins ? left.begins < right.begins : left.peer.bytes.lexicographicallyPrecedes(right.peer.bytes)
        }
    }

    /// Says in the DHT that others may follow this node.
    private func declare(
        at desk: LeaderDesk, until end: ContinuousClock.Instant
    ) async -> (leader: Leader, due: ContinuousClock.Instant) {
        let due = min(ContinuousClock.now + setting.matchmaking, end)
        let begins = node.currentTime + (due - ContinuousClock.now) / Duration.seconds(1)
        desk.declare(begins)
        await declare(looking: true, expiration: begins)
        return (Leader(peer: node.host.peerID, begins: begins), due)
    }

    /// Says in the DHT that this node looks for a group no longer. What expires later takes the place of what was said before.
    func withdraw(_ declared: Double?) async { if let declared { await declare(looking: false, expiration: declared.nextUp) } }

    private func declare(looking: Bool, expiration: Double) async {
        guard let subkey = try? Subkey(.binary(node.host.peerID.bytes)) else { return }
        let value = MessagePackValue.bool(looking).bytes
        do { _ = try await node.store(DHTID(key: setting.groupKey), subkey: subkey, value, expiration: expiration) } catch {
            node.log("whether this node looks for a group is not said", peer: node.host.peerID, error)
        }
    }

    /// Averagers that look for a group, those first that begin first; only those that begin before this node does where it leads.
    private func leaders(before own: Leader?) async -> [Leader] {
        guard case .dictionary(let dictionary) = await node.get(DHTID(key: setting.groupKey)) else { return [] }
        let now = node.currentTime
        let leaders = dictionary.entries.compactMap { entry -> Leader? in
            guard Self.believes(entry.expiration, now: now), (try? MessagePackValue(bytes: entry.value)) == .bool(true),
                let id = entry.subkey.value.binary, let multihash = Multihash(bytes: id)
            else { return nil }
            return Leader(peer: PeerID(multihash), begins: entry.expiration)
        }
        let others = leaders.filter { leader in leader.peer != node.host.peerID && own.map { leader < $0 } ?? true }
        return Array(others.sorted().prefix(Self.leadersAtOnce))
    }

    /// Whether it is a time to wait for. Anybody may have written it: durations hold no number that is infinite, or far off.
    static func believes(_ begins: Double, now: Double) -> Bool { begins.isFinite && begins <= now + horizon }

    // MARK: Following

    /// Asks one leader, and whom it sends this node to, and waits for its word to begin as long as it said, at most until `end`.
    private func follow(
        _ leader: Leader, _ own: Leader?, _ desk: LeaderDesk?, until end: ContinuousClock.Instant
    ) async throws -> AveragingGroup {
        var leader = leader
        for _ in 0...Self.redirections {
            defer { desk?.unfollow() }
            let answer = try await ask(leader, own, desk, until: end)
            if answer.code == .beginAllReduce { return try AveragingGroup(answer, own: node.host.peerID, mode: setting.mode) }
            guard answer.code == .groupDisbanded || answer.code == .cancelled, let other = Multihash(bytes: answer.suggestedLeader),
                PeerID(other) != node.host.peerID, PeerID(other) != leader.peer
            else { throw RoundError.refused("\(answer.code)") }
            leader.peer = PeerID(other)
        }
        throw RoundError.refused("others, again and again")
    }

    /// What a leader says in the end.
    private func ask(
        _ leader: Leader, _ own: Leader?, _ desk: LeaderDesk?, until end: ContinuousClock.Instant
    ) async throws -> LeaderMessage {
        try await node.reach(leader.peer)
        let patience = min(.seconds(max(0, leader.begins - node.currentTime) + Self.tolerance), end - ContinuousClock.now)
        var call = try await StreamCall(
            node.host, leader.peer, setting.prefix + "::" + JoinRequest.method, limit: Self.maximumMessage,
            patience: desk == nil ? patience : min(patience, setting.requestPatience))
        let request = JoinRequest(
            schema: TensorSchema.hash(shapes: setting.shapes), expiration: own?.begins ?? leader.begins + 1, gather: setting.word.bytes,
            isClient: setting.mode == .client, groupKey: setting.groupKey)
        try await call.send(request.bytes)
        try await call.end()
        while let bytes = try await call.next() {
            let message = try LeaderMessage(bytes: bytes)
            guard message.code == .accepted else { return message }
            call.allow(patience)
            if let desk, !desk.follow(leader.peer) { throw RoundError.refused("nothing: this node's own group begins") }
        }
        throw RoundError.refused("nothing")
    }
}
