import HivemindRPC
public import HivemindWire
public import LibP2P
public import Logging
public import Multiformats
public import PeerIdentity
import Synchronization

/// A member of a Hivemind DHT over a host: answers other members, and finds and stores for its own application. As a client it
/// only asks.
///
/// A member enters the table only after it has answered from the place that it claims, so that nobody is believed who cannot be
/// asked.
public final class HivemindNode: Sendable {
    enum Work: Sendable {
        /// Ask a peer for its place, whatever it or others say of it.
        case ask(PeerID)
        /// Give a new member what belongs there.
        case handOver(HivemindPeer)
    }

    struct State {
        var table: HivemindTable
        var store: HivemindStore
        var cache: HivemindStore
        /// Peers that are asked or wait for it.
        var pending: Set<PeerID> = []
        /// Peers that did not answer, and are left alone until then.
        var avoided: [PeerID: (until: Double, failures: Int)] = [:]
        /// Requests sent, and answered for others.
        var asked = 0
        var answered = 0
        var refused = 0
    }

    /// Work that waits; the newest of more is left out.
    static let workLimit = 512
    static let parallelWork = 8

    public let host: Host
    public let setting: HivemindSetting
    /// This node's place, the same at each start.
    public let place: DHTID
    let state: Mutex<State>
    let quota: CallQuota
    /// Where a peer can be dialled that only its id is known of.
    let resolve: @Sendable (PeerID) async -> [Multiaddr]
    /// Seconds since the Unix epoch.
    let now: @Sendable () -> Double
    let logger: Logger
    private let work: AsyncStream<Work>
    private let assign: AsyncStream<Work>.Continuation

    public init(
        host: Host, setting: HivemindSetting = HivemindSetting(), now: @escaping @Sendable () -> Double, logger: Logger,
        resolve: @escaping @Sendable (PeerID) async -> [Multiaddr] = { _ in [] }
    ) {
        (self.host, self.setting, self.now, self.logger, self.resolve) = (host, setting, now, logger, resolve)
        place = DHTID(hashing: Array("polai/hivemind/".utf8) + host.peerID.bytes)
        state = Mutex(
            State(
                table: HivemindTable(local: place), store: HivemindStore(limits: setting.store),
                cache: HivemindStore(limits: setting.cache)))
        // Whoever sets the wall clock back stops no quota from filling.
        let start = ContinuousClock.now
        quota = CallQuota(setting.rates) { (ContinuousClock.now - start) / Duration.seconds(1) }
        (work, assign) = AsyncStream.makeStream(of: Work.self, bufferingPolicy: .bufferingOldest(Self.workLimit))
    }

    /// What this node says of its own place: nothing as a client, so that nobody takes it in.
    var announced: DHTID? { setting.isClient ? nil : place }

    /// Seconds since the Unix epoch by this node's clock.
    public var currentTime: Double { now() }

    /// Notes what a peer did that is no fault of this node.
    public func log(_ what: String, peer: PeerID, _ error: any Error) {
        logger.debug("\(what)", metadata: ["peer": "\(peer)", "reason": "\(error)"])
    }

    /// Members that are known.
    public var peers: [HivemindPeer] { state.withLock { $0.table.peers } }
    /// Keys that are kept here for others.
    public var keyCount: Int { state.withLock { $0.store.count } }
    /// Bytes of them, and of what is kept besides.
    public var byteCount: Int { state.withLock { $0.store.byteCount + $0.cache.byteCount } }
    /// Requests sent, requests of others answered, and requests refused.
    public var counts: (asked: Int, answered: Int, refused: Int) { state.withLock { ($0.asked, $0.answered, $0.refused) } }

    /// Keeps the table, joins and looks around, until cancelled.
    public func run() async {
        let events = host.events()
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { tasks in
                tasks.addTask { await self.work.forEach(atOnce: Self.parallelWork) { await self.perform($0) } }
                tasks.addTask { await self.keepJoined() }
                tasks.addTask { await self.keepClean() }
                for await event in events {
                    if case .identified(let peer) = event, host.peerEntry(peer)?.protocols.contains(PingRequest.name) == true {
                        greet(peer)
                    }
                }
                tasks.cancelAll()
            }
        } onCancel: {
            assign.finish()
        }
    }

    private func perform(_ job: Work) async {
        switch job {
        case .ask(let peer):
            await ping(peer)
            state.withLock { _ = $0.pending.remove(peer) }
        case .handOver(let peer): await handOver(to: peer)
        }
    }

    /// Asks a peer for its place unless it is known or asked already.
    func greet(_ peer: PeerID) {
        let isNew = state.withLock { state in !state.table.contains(peer) && state.pending.insert(peer).inserted }
        if isNew { ask(peer) }
    }

    /// Takes note of a place that a peer claims: it is asked before it is believed.
    func noticed(_ node: DHTID, of peer: PeerID) {
        let time = now()
        let isNew = state.withLock { state in
            guard state.table.place(of: peer) != node else { return false }
            guard state.avoided[peer].map({ $0.until <= time }) ?? true else { return false }
            return state.pending.insert(peer).inserted
        }
        if isNew { ask(peer) }
    }

    private func ask(_ peer: PeerID) {
        if case .enqueued = assign.yield(.ask(peer)) { return }
        state.withLock { _ = $0.pending.remove(peer) }
    }

    /// A member answered from its place.
    func met(_ node: DHTID, _ peer: PeerID) {
        let member = HivemindPeer(node: node, id: peer)
        let network = Self.network(of: host.peerEntry(peer)?.addresses ?? [])
        let time = now()
        let (outcome, isNew, holdsValues) = state.withLock { state in
            state.avoided[peer] = nil
            let isNew = state.table.place(of: peer) == nil
            return (state.table.seen(member, network: network, now: time), isNew, state.store.count > 0)
        }
        switch outcome {
        // Who only moves is given nothing: it could move without end.
        case .added: if isNew, holdsValues, !setting.isClient { assign.yield(.handOver(member)) }
        case .inReserve(let oldest): if state.withLock({ $0.pending.insert(oldest.id).inserted }) { ask(oldest.id) }
        case .known, .refused: break
        }
    }

    /// A peer did not answer: it is left alone for a time that doubles.
    func missed(_ peer: PeerID) {
        let time = now()
        state.withLock { state in
            state.table.failed(peer)
            if state.avoided.count >= 4096 { state.avoided = state.avoided.filter { $0.value.until > time } }
            guard state.avoided.count < 4096 || state.avoided[peer] != nil else { return }
            let failures = (state.avoided[peer]?.failures ?? 0) + 1
            state.avoided[peer] = (time + 5 * Double(1 << min(failures - 1, 7)), failures)
        }
    }

    func isAvoided(_ peer: PeerID) -> Bool {
        let time = now()
        return state.withLock { $0.avoided[peer].map { $0.until > time } ?? false }
    }

    /// What neighbours in a network have in common; nothing for this machine and private networks, whose places are few and
    /// where clusters stand.
    static func network(of addresses: [Multiaddr]) -> [UInt8]? {
        for address in addresses where address.isPublic {
            if let ip = address.value(.ip4) { return Array(ip.prefix(2)) }
            if let ip = address.value(.ip6) { return Array(ip.prefix(4)) }
        }
        return nil
    }
}
