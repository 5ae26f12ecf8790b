public import GossipSub
import Multiformats
public import PeerIdentity

/// Many nodes of gossipsub in one thread and in virtual time: the same routers that run over sockets, with a matrix of round
/// trips between regions and a bandwidth for each node. The same seed gives the same trace.
public struct GossipSimulator {
    public struct Setting {
        public var nodes = 32
        /// Connections that each node dials.
        public var dials = 8
        /// Round trips between regions in nanoseconds; node `i` is in region `i % count`.
        public var roundTrips: [[UInt64]] = [
            [2_000_000, 80_000_000, 160_000_000], [80_000_000, 2_000_000, 120_000_000], [160_000_000, 120_000_000, 2_000_000],
        ]
        /// Bits a second, up.
        public var bandwidth: UInt64 = 50_000_000
        /// Bytes that a node commits to its line at once, for one peer: what a socket takes. The rest waits, peer after peer.
        public var commitment = 16 << 10
        /// Nanoseconds to judge one message.
        public var judging: UInt64 = 1_000_000
        public var parameters = GossipParameters()
        public var scoring = ScoreParameters()
        /// What each node makes of a message of a peer.
        public var judge: @Sendable (_ node: Int, PubSubMessage) -> GossipRouter.Verdict = { _, _ in .accept }

        public init() {}
    }

    private enum Event {
        case arrive(from: Int, to: Int, rpc: GossipRPC)
        case judged(node: Int, id: [UInt8], verdict: GossipRouter.Verdict)
        case beat(node: Int)
        /// A node's line has sent what it was given.
        case idle(node: Int)
        case publish(node: Int, topic: String, data: [UInt8])
    }

    private let setting: Setting
    public private(set) var now: UInt64 = 1_000_000_000
    public private(set) var routers: [GossipRouter] = []
    private let ids: [PeerID]
    private let numbers: [PeerID: Int]
    private var queue = EventQueue<Event>()
    private var isSending: [Bool]
    /// Peers of each node for which something waits, in turn.
    private var waiting: [[Int]]
    private var isWaiting: [Set<Int>]
    /// Bytes that each node sent.
    public private(set) var bytesSent: [Int]
    /// For each message, in the order of publication: when it was published, and when each node had it.
    public private(set) var deliveries: [[UInt8]: (published: UInt64, times: [Int: UInt64])] = [:]
    /// A running hash of all that was sent: when, by whom, to whom, how much (FNV-1a).
    public private(set) var trace: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Nodes that are connected at random and all in the topics.
    public init(_ setting: Setting, topics: [String], seed: UInt64) {
        self.setting = setting
        ids = (0..<setting.nodes).map { Self.peer($0) }
        numbers = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
        (isSending, bytesSent) = (Array(repeating: false, count: setting.nodes), Array(repeating: 0, count: setting.nodes))
        (waiting, isWaiting) = (Array(repeating: [], count: setting.nodes), Array(repeating: [], count: setting.nodes))
        var random = Xorshift(seed)
        for number in 0..<setting.nodes {
            routers.append(
                GossipRouter(
                    local: ids[number], key: nil, parameters: setting.parameters, scoring: setting.scoring, seed: random.next(),
                    firstSequence: 0))
        }
        for number in 0..<setting.nodes {
            for topic in topics { routers[number].subscribe(topic, now: now) }
            for _ in 0..<setting.dials { connect(number, Int(random.next() % UInt64(setting.nodes))) }
            queue.add(.beat(node: number), at: now + random.next() % setting.parameters.heartbeatInterval)
        }
        for number in 0..<setting.nodes { drain(number) }
    }

    /// The peer id of node `number`.
    public static func peer(_ number: Int) -> PeerID {
        PeerID(Multihash(peerKey: withUnsafeBytes(of: UInt64(number).bigEndian) { Array($0) }))
    }

    /// Connects two nodes, if they are not.
    public mutating func connect(_ one: Int, _ other: Int) {
        guard one != other else { return }
        routers[one].addPeer(ids[other], version: .v12, isOutbound: true, address: nil, now: now)
        routers[other].addPeer(ids[one], version: .v12, isOutbound: false, address: nil, now: now)
        drain(one)
        drain(other)
    }

    /// A node publishes a message after `delay` nanoseconds.
    public mutating func publish(_ data: [UInt8], on topic: String, by node: Int, after delay: UInt64 = 0) {
        queue.add(.publish(node: node, topic: topic, data: data), at: now + delay)
    }

    /// Lets so many nanoseconds pass.
    public mutating func run(_ duration: UInt64) {
        let end = now + duration
        while let (time, event) = queue.next(before: end) {
            now = time
            perform(event)
        }
        now = end
    }

    private mutating func perform(_ event: Event) {
        switch event {
        case .arrive(let from, let to, let rpc):
            routers[to].receive(rpc, from: ids[from], now: now)
            drain(to)
        case .idle(let node):
            isSending[node] = false
            send(node)
        case .judged(let node, let id, let verdict):
            routers[node].validated(id, verdict, now: now)
            drain(node)
        case .beat(let node):
            routers[node].heartbeat(now: now)
            queue.add(.beat(node: node), at: now + setting.parameters.heartbeatInterval)
            drain(node)
        case .publish(let node, let topic, let data):
            guard let id = try? routers[node].publish(topic, data, now: now) else { return }
            deliveries[id] = (now, [node: now])
            drain(node)
        }
    }

    private mutating func drain(_ node: Int) {
        for action in routers[node].takeActions() {
            guard case .validate(let message, let id, _) = action else { continue }
            deliveries[id]?.times[node] = now
            queue.add(.judged(node: node, id: id, verdict: setting.judge(node, message)), at: now + setting.judging)
        }
        for peer in routers[node].takeFresh() {
            if let to = numbers[peer], isWaiting[node].insert(to).inserted { waiting[node].append(to) }
        }
        if !isSending[node] { send(node) }
    }

    /// Gives a node's line what waits for the next peer.
    private mutating func send(_ node: Int) {
        while !waiting[node].isEmpty {
            let to = waiting[node].removeFirst()
            guard let rpc = routers[node].take(for: ids[to], limit: setting.commitment) else {
                isWaiting[node].remove(to)
                continue
            }
            waiting[node].append(to)
            let size = rpc.bytes.count
            let done = now + UInt64(size) * 8 * 1_000_000_000 / setting.bandwidth
            bytesSent[node] += size
            let regions = setting.roundTrips.count
            let arrival = done + setting.roundTrips[node % regions][to % regions] / 2
            for value in [arrival, UInt64(node), UInt64(to), UInt64(size)] { mix(value) }
            isSending[node] = true
            queue.add(.idle(node: node), at: done)
            return queue.add(.arrive(from: node, to: to, rpc: rpc), at: arrival)
        }
    }

    private mutating func mix(_ value: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { trace = (trace ^ (value >> shift & 0xff)) &* 0x100_0000_01b3 }
    }
}
