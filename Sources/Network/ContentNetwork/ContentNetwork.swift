import ContentRouting
public import ContentShelves
public import GossipSub
public import Kademlia
public import LibP2P
public import Logging
public import Multiformats
public import NATTraversal
public import NIOCore
public import PeerIdentity
public import Primitives
import Synchronization

/// Records by key, files by hash and topics over libp2p: this node's shelves, and those of its peers.
///
/// What is stored here is handed to the nearest peers in the background, and again as long as it lives; what is not here is
/// looked for among them. Nothing that a peer gives is believed: records are judged by their namespace, files by their hash.
public final class ContentNetwork: Sendable {
    /// Who this node is, and where it finds others.
    public struct Setting: Sendable {
        public var key: any PeerSigner
        public var agent = "polai"
        /// Where peers can dial it; an unspecified address stands for every one of this machine's.
        public var addresses: [Multiaddr]
        /// Where it joins; `/p2p/` may be left out.
        public var bootstrap: [Multiaddr]
        /// It does not complain that nobody is there.
        public var isSolo: Bool
        /// What its topics are called among peers, so that chains do not talk past each other, and how their messages travel.
        public var topics: TopicCoding
        /// How peers are scored by what they send.
        public var scoring = ScoreParameters()
        /// The longest message, as it travels.
        public var maximumMessage = 10 << 20
        /// Peers of earlier runs.
        public var cachedPeers: [Multiaddr]
        public var resources = ResourceLedger.Limits()
        /// What it does about NATs.
        public var nat = NATSetting.off

        public init(
            key: any PeerSigner, addresses: [Multiaddr], bootstrap: [Multiaddr] = [], isSolo: Bool = false,
            topics: TopicCoding = .plain(prefix: ""), cachedPeers: [Multiaddr] = []
        ) {
            (self.key, self.addresses, self.bootstrap, self.isSolo) = (key, addresses, bootstrap, isSolo)
            (self.topics, self.cachedPeers) = (topics, cachedPeers)
        }
    }

    enum Work: Sendable {
        case replicate(RecordKey)
        case provide(Hash32)
    }

    /// Reads what is given to peers besides files: how long it is, and its bytes in a range.
    public typealias Lender = @Sendable (Hash32, Range<Int>) throws -> (total: Int, bytes: [UInt8])?

    /// Work of this kind that waits; the oldest of more is left to the next round of publishing.
    private static let workLimit = 4096
    static let parallelWork = 4

    public let host: Host
    public let node: KademliaNode
    public let gossip: GossipSubNode
    public let traversal: NATTraversal
    public let setting: Setting
    let records: RecordShelf
    let blobs: BlobShelf
    let vault: ShelfVault
    let search: RecordSearch
    let keeper: PeerKeeper
    let topics: NetworkTopics
    let logger: Logger
    /// Seconds since the Unix epoch.
    let now: @Sendable () -> Double
    /// Who announced a file, newest last.
    let announcers = Mutex<Announcers>(Announcers())
    let quota = Mutex<AnnouncementQuota>(AnnouncementQuota())
    /// What peers are lent besides files; `nil` until somebody lends.
    let lender = Mutex<Lender?>(nil)
    private let work: AsyncStream<Work>
    let assign: AsyncStream<Work>.Continuation

    public init(
        _ setting: Setting, records: RecordShelf, blobs: BlobShelf, group: any EventLoopGroup, now: @escaping @Sendable () -> Double,
        logger: Logger
    ) {
        (self.setting, self.records, self.blobs, self.now, self.logger) = (setting, records, blobs, now, logger)
        var configuration = HostConfiguration()
        configuration.agent = setting.agent
        configuration.resources = setting.resources
        configuration.dialsFromListenPort = setting.nat.usesRelays
        configuration.firstRecordSequence = UInt64(max(now(), 0))
        let seconds: @Sendable () -> UInt64 = { UInt64(max(now(), 0)) }
        host = Host(identity: setting.key, group: group, logger: logger, configuration: configuration)
        vault = ShelfVault(shelf: records, memory: MemoryVault(now: seconds), now: now)
        let node = KademliaNode(host: host, vault: vault, now: seconds)
        self.node = node
        // Others who came behind NATs can be called only where they were not when they were looked up.
        traversal = NATTraversal(host: host, setting: setting.nat, now: seconds, logger: logger) { await node.refresh() }
        var parameters = GossipParameters()
        parameters.signing = .strictNoSign
        let messageID = setting.topics.messageID
        parameters.messageID = { messageID($0.topic, $0.data) }
        parameters.doPX = true
        parameters.maximumMessage = setting.maximumMessage
        let gossip = GossipSubNode(host: host, parameters: parameters, scoring: setting.scoring, firstSequence: 0, logger: logger)
        self.gossip = gossip
        search = RecordSearch(node, now: now)
        keeper = PeerKeeper(node, bootstrap: setting.bootstrap, isSolo: setting.isSolo, logger: logger)
        (work, assign) = AsyncStream.makeStream(of: Work.self, bufferingPolicy: .bufferingNewest(Self.workLimit))
        let gate = TopicGate()
        topics = NetworkTopics { topic, isWanted in gate.change(topic, isWanted) }
        gate.set { [weak self] topic, isWanted in
            guard let self else { return }
            if isWanted {
                gossip.subscribe(setting.topics.wireName(topic)) { message, peer in await self.judge(message, topic, from: peer) }
            } else {
                gossip.unsubscribe(setting.topics.wireName(topic))
            }
        }
        node.serve()
        RecordExchange.serve(host, from: vault)
        BlobExchange.serve(host) { [weak self] id, range in
            guard let file = try blobs.get(id) else { return try self?.lent(id, range) }
            return (file.count, Array(file[range.clamped(to: 0..<file.count)]))
        }
        host.announce(setting.addresses)
        for address in setting.cachedPeers {
            guard let multihash = address.peer.flatMap({ Multihash(bytes: $0) }) else { continue }
            host.learn([address.withoutPeer], of: PeerID(multihash))
        }
    }

    /// Runs the node until it is cancelled.
    public func run() async {
        let (forNode, forGossip, forTraversal) = (host.events(), host.events(), host.events())
        await withDiscardingTaskGroup { tasks in
            tasks.addTask { await self.host.run() }
            tasks.addTask { await self.node.run(forNode) }
            tasks.addTask { await self.gossip.run(forGossip) }
            tasks.addTask { await self.traversal.run(forTraversal) }
            tasks.addTask { await self.keeper.run() }
            tasks.addTask { await self.doWork() }
            tasks.addTask { await self.publishAgain() }
        }
        await topics.finish()
    }

    private func doWork() async {
        await withTaskCancellationHandler {
            await work.forEach(atOnce: Self.parallelWork) { await self.perform($0) }
        } onCancel: {
            assign.finish()
        }
    }

    private func perform(_ job: Work) async {
        guard !host.connectedPeers.isEmpty else { return }
        switch job {
        case .replicate(let key):
            let time = now()
            guard let record = try? records.get([key], now: time)[key] else { return }
            _ = await node.replicate(KademliaMessage.Record(record, now: time))
        case .provide(let id): await node.provide(id.multihash)
        }
    }
}

/// Who announced files, bounded.
struct Announcers: Sendable {
    private var peers: [Hash32: [PeerID]] = [:]
    private var order: [Hash32] = []

    mutating func add(_ peer: PeerID, of id: Hash32) {
        if peers[id] == nil {
            order.append(id)
            if order.count > 2048 { peers[order.removeFirst()] = nil }
        }
        guard peers[id]?.contains(peer) != true, peers[id]?.count ?? 0 < 8 else { return }
        peers[id, default: []].append(peer)
    }

    subscript(id: Hash32) -> [PeerID] { peers[id] ?? [] }
}

/// Lets the topics of a node ask it before it is whole.
private final class TopicGate: Sendable {
    private let change = Mutex<(@Sendable (Topic, Bool) -> Void)?>(nil)

    func set(_ change: @escaping @Sendable (Topic, Bool) -> Void) { self.change.withLock { $0 = change } }
    func change(_ topic: Topic, _ isWanted: Bool) { change.withLock { $0 }?(topic, isWanted) }
}

extension Hash32 {
    /// As a key of the DHT: a SHA-256 multihash.
    var multihash: [UInt8] { [0x12, 0x20] + bytes }
}
