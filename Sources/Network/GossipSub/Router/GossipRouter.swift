public import PeerIdentity

/// Gossipsub v1.1 with v1.2's IDONTWANT as a state machine: what peers and the application do goes in, what is to be sent,
/// judged and delivered comes out of ``drain()``. No sockets, clocks or tasks; times are the caller's, in nanoseconds, and the
/// choices are those of the seed.
public struct GossipRouter: Sendable {
    /// What a peer's protocol id says that it can do.
    public enum Version: Int, Sendable, Comparable {
        case floodsub, v10, v11, v12

        public static let protocols = ["/meshsub/1.2.0", "/meshsub/1.1.0", "/meshsub/1.0.0", "/floodsub/1.0.0"]

        public init?(_ protocolName: String) {
            switch protocolName {
            case "/meshsub/1.2.0": self = .v12
            case "/meshsub/1.1.0": self = .v11
            case "/meshsub/1.0.0": self = .v10
            case "/floodsub/1.0.0": self = .floodsub
            default: return nil
            }
        }

        public static func < (left: Version, right: Version) -> Bool { left.rawValue < right.rawValue }
    }

    /// What is to be done.
    public enum Action: Sendable {
        case send(PeerID, GossipRPC)
        /// Judge a message of a topic that is subscribed here; the answer goes to ``validated(_:_:now:)``.
        case validate(PubSubMessage, id: [UInt8], from: PeerID)
        /// A peer named others of a topic that lacks peers.
        case connect(PeerID, record: [UInt8]?)
    }

    public enum Verdict: Sendable { case accept, ignore, reject }

    struct Peer: Sendable {
        /// The order of coming: choices must not depend on how a dictionary lists its keys.
        let number: Int
        let version: Version
        let isOutbound: Bool
        var topics: Set<String> = []
        /// Since the last heartbeat.
        var haves = 0
        var asked = 0
        var unwantedCount = 0
        /// Ids that it does not want, and for how many heartbeats more.
        var unwanted: [[UInt8]: Int] = [:]
        /// Ids that it said it has, one of each IHAVE answered, and until when it may take to send them.
        var promises: [[UInt8]: UInt64] = [:]
    }

    /// A message that is being judged, and who sent it too in the meantime.
    struct Pending: Sendable {
        let message: PubSubMessage
        let first: PeerID
        var others: Set<PeerID> = []
    }

    public let parameters: GossipParameters
    public internal(set) var scores: PeerScores
    let key: (any PeerSigner)?
    let local: [UInt8]
    var random: SeededRandom
    var sequence: UInt64
    var peers: [PeerID: Peer] = [:]
    var subscribed: Set<String> = []
    var mesh: [String: Set<PeerID>] = [:]
    var fanout: [String: Set<PeerID>] = [:]
    var lastPublished: [String: UInt64] = [:]
    /// Until when a peer may not be grafted to a topic.
    var backoff: [String: [PeerID: UInt64]] = [:]
    var cache: MessageCache
    var seen: SeenMessages
    var pending: [[UInt8]: Pending] = [:]
    var ticks = 0
    private var counter = 0
    /// What waits for each peer; peers for which nothing waits have none.
    private var outboxes: [PeerID: PeerOutbox] = [:]
    /// Bytes of messages that wait, for all peers together.
    public private(set) var waitingBytes = 0
    /// Peers that were told something since this was asked last.
    private var fresh: Set<PeerID> = []
    private var actions: [Action] = []
    /// Signed records of peers, to be handed on to those that lack peers.
    public var peerRecords: [PeerID: [UInt8]] = [:]

    /// - Parameters:
    ///   - local: this node.
    ///   - key: signs messages, where they are signed.
    ///   - firstSequence: of the numbers of this node's messages; must grow from one start to the next.
    public init(
        local: PeerID, key: (any PeerSigner)?, parameters: GossipParameters = .init(), scoring: ScoreParameters = .init(), seed: UInt64,
        firstSequence: UInt64
    ) {
        (self.parameters, self.key, self.local) = (parameters, key, local.bytes)
        scores = PeerScores(scoring)
        random = SeededRandom(seed: seed)
        sequence = firstSequence
        cache = MessageCache(length: parameters.historyLength, gossip: parameters.historyGossip)
        seen = SeenMessages(life: parameters.seenTTL, limit: parameters.maximumSeen)
    }

    // MARK: What comes out

    /// What is to be done since the last call, with all that is to be sent.
    public mutating func drain() -> [Action] {
        var result = takeActions()
        for peer in takeFresh() { while let rpc = take(for: peer, limit: .max) { result.append(.send(peer, rpc)) } }
        return result
    }

    /// What is to be done since the last call, without what is to be sent.
    public mutating func takeActions() -> [Action] {
        defer { actions = [] }
        return actions
    }

    /// Peers for which something has come to wait since the last call, in the order of their coming.
    public mutating func takeFresh() -> [PeerID] {
        defer { fresh = [] }
        return fresh.count > 1 ? inOrder(fresh) : Array(fresh)
    }

    /// What is to be sent to a peer now: control, and messages of about `limit` bytes. What waits longer may become needless.
    public mutating func take(for peer: PeerID, limit: Int) -> GossipRPC? {
        changeOutbox(peer) { $0.take(limit: limit) }
    }

    mutating func tell(_ peer: PeerID, _ change: (inout GossipRPC) -> Void) {
        guard peers[peer] != nil else { return }
        changeOutbox(peer) { $0.tell(change) }
        fresh.insert(peer)
    }

    mutating func send(_ message: PubSubMessage, _ id: [UInt8], to peer: PeerID) {
        guard peers[peer] != nil else { return }
        let limit = parameters.maximumWaitingBytes
        changeOutbox(peer) { $0.add(message, id, limit: limit) }
        fresh.insert(peer)
        // Where too much waits in all, whoever reads least loses its oldest.
        while waitingBytes > parameters.maximumWaitingBytesInAll, let slowest = slowestPeer, changeOutbox(slowest, { $0.dropFirst() }) {}
    }

    /// The peer for which most waits.
    private var slowestPeer: PeerID? {
        outboxes.max { one, other in
            (one.value.bytes, peers[other.key]?.number ?? 0) < (other.value.bytes, peers[one.key]?.number ?? 0)
        }?.key
    }

    /// A peer has a message: it need not be sent to it any more.
    mutating func withdraw(_ id: [UInt8], for peer: PeerID) {
        guard outboxes[peer] != nil else { return }
        changeOutbox(peer) { $0.withdraw(id) }
    }

    @discardableResult
    private mutating func changeOutbox<Result>(_ peer: PeerID, _ change: (inout PeerOutbox) -> Result) -> Result {
        var outbox = outboxes.removeValue(forKey: peer) ?? PeerOutbox(withdraws: parameters.withdrawsMessages)
        let before = outbox.bytes
        let result = change(&outbox)
        waitingBytes += outbox.bytes - before
        // Where nothing waits, no message is owed its turn either.
        if !outbox.isEmpty { outboxes[peer] = outbox }
        return result
    }

    mutating func perform(_ action: Action) { actions.append(action) }

    // MARK: Peers and topics

    /// The topics that this node takes part in, sorted.
    public var topics: [String] { subscribed.sorted() }
    public func meshPeers(_ topic: String) -> [PeerID] { inOrder(mesh[topic] ?? []) }
    public func score(_ peer: PeerID) -> Double { scores.score(peer) }
    /// Counts a misbehaviour against a peer.
    public mutating func blame(_ peer: PeerID) { scores.misbehaved(peer) }
    public var peerCount: Int { peers.count }
    /// The peers that are in a topic.
    public func subscribers(of topic: String) -> [PeerID] { inOrder(Set(peers.filter { $0.value.topics.contains(topic) }.keys)) }

    /// A peer that speaks pubsub is connected.
    ///
    /// - Parameter address: its IP address; peers that share one are held to account together.
    public mutating func addPeer(_ peer: PeerID, version: Version, isOutbound: Bool, address: String?, now: UInt64) {
        guard peers[peer] == nil else { return }
        peers[peer] = Peer(number: counter, version: version, isOutbound: isOutbound)
        counter += 1
        scores.add(peer, address: address)
        let topics = topics
        if !topics.isEmpty { tell(peer) { $0.subscriptions += topics.map { GossipRPC.Subscription($0, true) } } }
    }

    public mutating func removePeer(_ peer: PeerID, now: UInt64) {
        guard peers.removeValue(forKey: peer) != nil else { return }
        waitingBytes -= outboxes.removeValue(forKey: peer)?.bytes ?? 0
        fresh.remove(peer)
        peerRecords[peer] = nil
        for topic in mesh.keys { mesh[topic]?.remove(peer) }
        for topic in fanout.keys { fanout[topic]?.remove(peer) }
        scores.remove(peer, now: now)
    }

    /// Takes part in a topic.
    public mutating func subscribe(_ topic: String, now: UInt64) {
        guard subscribed.insert(topic).inserted else { return }
        for peer in peers.keys { tell(peer) { $0.subscriptions.append(.init(topic, true)) } }
        mesh[topic] = []
        let known = inOrder(fanout.removeValue(forKey: topic) ?? []).filter { canGraft($0, topic, now: now) }
        lastPublished[topic] = nil
        for peer in known.prefix(parameters.D) { graft(peer, topic, now: now) }
        let missing = parameters.D - (mesh[topic]?.count ?? 0)
        for peer in choose(missing, of: candidates(topic, now: now)) { graft(peer, topic, now: now) }
    }

    /// Leaves a topic.
    public mutating func unsubscribe(_ topic: String, now: UInt64) {
        guard subscribed.remove(topic) != nil else { return }
        for peer in peers.keys { tell(peer) { $0.subscriptions.append(.init(topic, false)) } }
        for peer in inOrder(mesh[topic] ?? []) { prune(peer, topic, backoff: parameters.unsubscribeBackoff, px: false, now: now) }
        mesh[topic] = nil
    }

    // MARK: Mesh

    func inOrder(_ set: Set<PeerID>) -> [PeerID] { set.sorted { peers[$0]?.number ?? 0 < peers[$1]?.number ?? 0 } }

    mutating func choose(_ count: Int, of candidates: [PeerID]) -> [PeerID] {
        guard count > 0 else { return [] }
        var candidates = candidates
        candidates.shuffle(using: &random)
        return Array(candidates.prefix(count))
    }

    /// The topic's peers that may be grafted, in order.
    func candidates(_ topic: String, now: UInt64) -> [PeerID] {
        subscribers(of: topic).filter { !(mesh[topic]?.contains($0) ?? false) && canGraft($0, topic, now: now) }
    }

    func canGraft(_ peer: PeerID, _ topic: String, now: UInt64) -> Bool {
        guard let found = peers[peer], found.version >= .v10, found.topics.contains(topic) else { return false }
        return backoff[topic]?[peer] ?? 0 <= now && score(peer) >= 0
    }

    mutating func graft(_ peer: PeerID, _ topic: String, now: UInt64) {
        mesh[topic]?.insert(peer)
        scores.graft(peer, topic, now: now)
        tell(peer) { rpc in
            rpc.prune.removeAll { $0.topic == topic }
            if !rpc.graft.contains(topic) { rpc.graft.append(topic) }
        }
    }

    /// Takes a peer out of a topic's mesh and tells it, with other peers where it may ask them.
    mutating func prune(_ peer: PeerID, _ topic: String, backoff wait: UInt64, px: Bool, now: UInt64) {
        mesh[topic]?.remove(peer)
        scores.prune(peer, topic)
        hold(peer, topic, for: wait, now: now)
        var entry = GossipRPC.Prune(topic: topic)
        if peers[peer]?.version ?? .floodsub >= .v11 {
            entry.backoff = wait / 1_000_000_000
            if px, parameters.doPX {
                let others = subscribers(of: topic).filter { $0 != peer && score($0) >= 0 }
                entry.peers = choose(parameters.prunePeers, of: others).map { .init(id: $0.bytes, record: peerRecords[$0]) }
            }
        }
        // Of what waits for a peer the last word counts.
        tell(peer) { rpc in
            rpc.graft.removeAll { $0 == topic }
            rpc.prune.removeAll { $0.topic == topic }
            rpc.prune.append(entry)
        }
    }

    mutating func hold(_ peer: PeerID, _ topic: String, for wait: UInt64, now: UInt64) {
        let end = now + min(wait, parameters.longestBackoff)
        if backoff[topic]?[peer] ?? 0 < end { backoff[topic, default: [:]][peer] = end }
    }

    func id(of message: PubSubMessage) -> [UInt8] { parameters.messageID?(message) ?? (message.from ?? []) + (message.sequence ?? []) }
}
