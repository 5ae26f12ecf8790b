public import LibP2P
import LibP2PProtocols
public import Logging
import NIOCore
public import PeerIdentity
import Synchronization

/// Gossipsub over a host: one stream to each peer for what is said, theirs for what is heard.
///
/// Messages of one topic are judged one after the other; a topic whose judge falls behind ignores what is too much.
public final class GossipSubNode: Sendable {
    /// Judges a message of a peer, and takes it where it accepts it.
    public typealias Validator = @Sendable (PubSubMessage, _ from: PeerID) async -> GossipRouter.Verdict

    struct State {
        var router: GossipRouter
        /// Tell the writers that something waits for their peers.
        var outlets: [PeerID: AsyncStream<Void>.Continuation] = [:]
        var judges: [String: AsyncStream<Judgement>.Continuation] = [:]
        var known = KnownIDs()
        var isOver = false
        /// Gossip streams of each peer that are read.
        var listening: [PeerID: Int] = [:]
        /// Dials of peers that others named, under way.
        var connecting = 0
    }

    struct Judgement: Sendable {
        let message: PubSubMessage
        let id: [UInt8]
        let from: PeerID
    }

    enum Work: Sendable {
        case write(PeerID, [String], AsyncStream<Void>)
        case judge(AsyncStream<Judgement>, Validator)
        case connect(PeerID, [UInt8]?)
    }

    /// Bytes that are handed to a peer's stream at once; what waits longer may become needless.
    private static let writeSize = 64 << 10
    private static let judgeLimit = 1024
    /// One stream of a peer is enough; a second may come before the first is known to be gone.
    private static let streamsPerPeer = 2
    private static let connectingLimit = 16
    /// The longest frame that is read: a message of the greatest length, with what stands around it.
    private let maximumFrame: Int

    public let host: Host
    let logger: Logger
    let state: Mutex<State>
    private let start = ContinuousClock.now
    private let work: AsyncStream<Work>
    private let assign: AsyncStream<Work>.Continuation

    /// - Parameter firstSequence: of the numbers of this node's messages, Unix nanoseconds for one.
    public init(
        host: Host, parameters: GossipParameters = .init(), scoring: ScoreParameters = .init(), firstSequence: UInt64, logger: Logger
    ) {
        (self.host, self.logger) = (host, logger)
        maximumFrame = parameters.maximumMessage + (1 << 16)
        state = Mutex(
            State(
                router: GossipRouter(
                    local: host.peerID, key: host.identity, parameters: parameters, scoring: scoring, seed: .random(in: 0 ... .max),
                    firstSequence: firstSequence)))
        (work, assign) = AsyncStream.makeStream(of: Work.self)
        for name in GossipRouter.Version.protocols { host.handle(name) { [weak self] in try await self?.listen(to: $0) } }
    }

    private var now: UInt64 { UInt64((ContinuousClock.now - start) / .nanoseconds(1)) + 1 }

    public func score(_ peer: PeerID) -> Double { state.withLock { $0.router.score(peer) } }
    /// Counts a misbehaviour that the application saw against a peer.
    public func blame(_ peer: PeerID) { state.withLock { $0.router.blame(peer) } }
    public func meshPeers(_ topic: String) -> [PeerID] { state.withLock { $0.router.meshPeers(topic) } }
    public func subscribers(of topic: String) -> [PeerID] { state.withLock { $0.router.subscribers(of: topic) } }
    public var topics: [String] { state.withLock { $0.router.topics } }

    /// Takes part in a topic from now on.
    public func subscribe(_ topic: String, validate: @escaping Validator) {
        let (stream, judge) = AsyncStream.makeStream(of: Judgement.self, bufferingPolicy: .bufferingOldest(Self.judgeLimit))
        let time = now
        let isOver = state.withLock { state in
            guard !state.isOver else { return true }
            state.judges.updateValue(judge, forKey: topic)?.finish()
            state.router.subscribe(topic, now: time)
            flush(&state)
            return false
        }
        if isOver { judge.finish() } else { assign.yield(.judge(stream, validate)) }
    }

    public func unsubscribe(_ topic: String) {
        let time = now
        state.withLock { state in
            state.judges.removeValue(forKey: topic)?.finish()
            state.router.unsubscribe(topic, now: time)
            flush(&state)
        }
    }

    /// Sends a message to the topic's peers. One that was seen already goes nowhere.
    public func publish(_ topic: String, _ data: [UInt8]) throws {
        let time = now
        try state.withLock { state in
            try state.router.publish(topic, data, now: time)
            flush(&state)
        }
    }

    /// Meets the peers that come by `events`, beats, and writes, until it is cancelled or the events end.
    public func run(_ events: AsyncStream<HostEvent>) async {
        await withDiscardingTaskGroup { tasks in
            tasks.addTask {
                for await event in events { self.take(event) }
                self.assign.finish()
            }
            tasks.addTask {
                let interval = self.state.withLock { $0.router.parameters.heartbeatInterval }
                while (try? await Task.sleep(for: .nanoseconds(interval))) != nil { self.beat() }
            }
            for await job in work { tasks.addTask { await self.perform(job) } }
            tasks.cancelAll()
        }
        state.withLock { state in
            state.isOver = true
            for outlet in state.outlets.values { outlet.finish() }
            for judge in state.judges.values { judge.finish() }
            (state.outlets, state.judges) = ([:], [:])
        }
    }

    private func beat() {
        let time = now
        state.withLock { state in
            state.router.heartbeat(now: time)
            flush(&state)
        }
    }

    private func take(_ event: HostEvent) {
        switch event {
        case .connected: break
        case .identified(let peer):
            guard let entry = host.peerEntry(peer) else { return }
            let spoken = GossipRouter.Version.protocols.filter(entry.protocols.contains)
            guard !spoken.isEmpty else { return }
            meet(peer, spoken)
            state.withLock { state in
                if state.outlets[peer] != nil { state.router.peerRecords[peer] = entry.signedRecord }
            }
        case .disconnected(let peer):
            let time = now
            state.withLock { state in
                state.router.removePeer(peer, now: time)
                state.outlets.removeValue(forKey: peer)?.finish()
            }
        }
    }

    /// A peer that speaks gossipsub is here.
    private func meet(_ peer: PeerID, _ protocols: [String]) {
        guard let name = protocols.first, let version = GossipRouter.Version(name) else { return }
        let report = host.connectionReports().first { $0.peer == peer }
        guard let report, !report.isTooNarrow else { return }
        let (stream, outlet) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let time = now
        let isNew = state.withLock { state in
            guard state.outlets[peer] == nil, !state.isOver else { return false }
            state.outlets[peer] = outlet
            let address = report.origin.map { "\($0)" }
            state.router.addPeer(peer, version: version, isOutbound: !report.isInbound, address: address, now: time)
            flush(&state)
            return true
        }
        if isNew { assign.yield(.write(peer, protocols, stream)) }
    }

    private func perform(_ job: Work) async {
        switch job {
        case .write(let peer, let protocols, let stream):
            do { try await write(stream, to: peer, protocols) } catch {
                logger.debug("gossip stream ended", metadata: ["peer": "\(peer)", "reason": "\(error)"])
                let time = now
                state.withLock { state in
                    state.router.removePeer(peer, now: time)
                    state.outlets.removeValue(forKey: peer)?.finish()
                }
                // It may be here still, over another connection.
                if (try? await Task.sleep(for: .seconds(1))) != nil { meet(peer, protocols) }
            }
        case .judge(let stream, let validate):
            for await judgement in stream {
                let verdict = await validate(judgement.message, judgement.from)
                let time = now
                state.withLock { state in
                    state.router.validated(judgement.id, verdict, now: time)
                    flush(&state)
                }
            }
        case .connect(let peer, let record):
            defer { state.withLock { $0.connecting -= 1 } }
            // Whoever handed on the record cannot have made it up: its peer signed it.
            guard let record, let read = try? PeerRecord(envelope: record), read.peer == peer else { return }
            _ = try? await host.connect(to: peer, at: read.addresses)
        }
    }

    private func write(_ calls: AsyncStream<Void>, to peer: PeerID, _ protocols: [String]) async throws {
        let stream = try await host.openStream(to: peer, protocols)
        do {
            for await _ in calls {
                while let rpc = state.withLock({ $0.router.take(for: peer, limit: Self.writeSize) }) {
                    try await stream.write(VarintFrames.frame(rpc.bytes))
                }
            }
            stream.close()
        } catch {
            stream.reset()
            throw error
        }
    }

    private func listen(to stream: PeerStream) async throws {
        let isFree = state.withLock { state in
            guard state.listening[stream.peer, default: 0] < Self.streamsPerPeer else { return false }
            state.listening[stream.peer, default: 0] += 1
            return true
        }
        guard isFree else { throw HostError.streamReset }
        defer {
            state.withLock { state in
                let left = state.listening[stream.peer, default: 1] - 1
                state.listening[stream.peer] = left > 0 ? left : nil
            }
        }
        meet(stream.peer, [stream.protocolName])
        var reader = StreamReader(stream)
        while let bytes = try await reader.frame(limit: maximumFrame) {
            let rpc = try GossipRPC(bytes: bytes)
            let time = now
            let ids = ids(of: rpc.messages)
            state.withLock { state in
                state.router.receive(rpc, from: stream.peer, now: time, ids: ids)
                flush(&state)
            }
        }
    }

    /// The ids of messages of topics that are wanted here; none where the router reads them off the messages.
    func ids(of messages: [PubSubMessage]) -> [[UInt8]] {
        let (wanted, identify) = state.withLock { ($0.router.subscribed, $0.router.parameters.messageID) }
        guard let identify else { return [] }
        return messages.map { message in
            guard wanted.contains(message.topic) else { return [] }
            let key = KnownIDs.Key(message)
            if let known = state.withLock({ $0.known[key] }) { return known }
            // It may take long: not while everybody else waits.
            let id = identify(message)
            state.withLock { $0.known.note(id, of: key) }
            return id
        }
    }

    /// Hands on what the router wants done.
    private func flush(_ state: inout State) {
        var dropped: [[UInt8]] = []
        for action in state.router.takeActions() {
            switch action {
            case .send: break
            case .validate(let message, let id, let from):
                guard let judge = state.judges[message.topic] else {
                    dropped.append(id)
                    continue
                }
                if case .dropped = judge.yield(Judgement(message: message, id: id, from: from)) { dropped.append(id) }
            case .connect(let peer, let record):
                guard state.connecting < Self.connectingLimit else { continue }
                state.connecting += 1
                assign.yield(.connect(peer, record))
            }
        }
        for id in dropped { state.router.validated(id, .ignore, now: 0) }
        for peer in state.router.takeFresh() { state.outlets[peer]?.yield() }
    }
}

extension ConnectionReport {
    /// Whether a relay carries so little that gossip would break the connection, over which a direct one is to be agreed on. The
    /// peer is met once that is there.
    fileprivate var isTooNarrow: Bool {
        guard isRelayed, let data = relayLimit?.data else { return false }
        return data < 1 << 20
    }
}
