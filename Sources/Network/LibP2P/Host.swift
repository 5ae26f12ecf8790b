public import LibP2PProtocols
public import Logging
public import Multiformats
public import NIOCore
public import PeerIdentity
import NIOPosix
import Synchronization

/// A libp2p node: it listens, dials, and hands each stream to the handler of its protocol.
///
/// ```swift
/// let host = Host(identity: key, group: group, logger: logger)
/// host.handle("/echo/1") { stream in
///     while let bytes = try await stream.read() { try await stream.write(bytes) }
/// }
/// try await withThrowingTaskGroup(of: Void.self) { tasks in
///     tasks.addTask { try await host.run() }        // handlers live in here, and end with it
///     let address = try await host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
///     …
/// }
/// ```
public final class Host: Sendable {
    /// What serves one stream. When it returns the stream is closed; when it throws the stream is reset.
    public typealias Handler = @Sendable (PeerStream) async throws -> Void

    struct State {
        var handlers: [String: Handler] = [:]
        var connections: [PeerID: [PeerConnection]] = [:]
        var listeners: [any Channel] = []
        var listenAddresses: [Multiaddr] = []
        /// Where this host can be called through relays.
        var circuitAddresses: [Multiaddr] = []
        /// Listeners from whose ports outgoing connections leave.
        var exits: [SocketAddress] = []
        /// No listener came in time; dials wait for none any more.
        var goesWithoutExit = false
        var ledger: ResourceLedger
        var peerstore = Peerstore()
        var sequence: UInt64 = 0
        var isClosed = false
        var observers: [AsyncStream<HostEvent>.Continuation] = []
        /// Peers whose last dial failed, and why; bounded.
        var dialFailures: [PeerID: String] = [:]
        /// Made when the first connection asks for it.
        var tls: TLSSecurity?

        /// The connection for new streams: the newest that needs no relay.
        func connection(to peer: PeerID) -> PeerConnection? {
            connections[peer]?.last { !$0.isRelayed } ?? connections[peer]?.last
        }
    }

    enum Work: Sendable {
        case serve(PeerStream)
        case identify(PeerConnection, PeerID)
        case keepConnected(PeerID, [Multiaddr])
        case run(@Sendable () async -> Void)
    }

    public let identity: any PeerSigner
    public let configuration: HostConfiguration
    let group: any EventLoopGroup
    let logger: Logger
    let state: Mutex<State>
    private let work: AsyncStream<Work>
    let assign: AsyncStream<Work>.Continuation

    public init(identity: any PeerSigner, group: any EventLoopGroup, logger: Logger, configuration: HostConfiguration = HostConfiguration())
    {
        (self.identity, self.group, self.logger, self.configuration) = (identity, group, logger, configuration)
        state = Mutex(
            State(ledger: ResourceLedger(limits: configuration.resources), sequence: configuration.firstRecordSequence))
        // What is in here is bounded by the streams and connections that the ledger grants.
        (work, assign) = AsyncStream.makeStream(of: Work.self)
        serveOwnProtocols()
    }

    public var peerID: PeerID { identity.peerID }

    /// Peers that are connected now.
    public var connectedPeers: [PeerID] { state.withLock { Array($0.connections.keys) } }
    /// Where this host listens, with the ports that the system chose.
    public var listenAddresses: [Multiaddr] { state.withLock { $0.listenAddresses + $0.circuitAddresses } }
    public func peerEntry(_ peer: PeerID) -> Peerstore.Entry? { state.withLock { $0.peerstore[peer] } }
    /// Bytes that peers may have this host hold now, by what was promised to them.
    public var promisedBytes: Int { state.withLock { $0.ledger.memory } }
    /// Whether no connection or stream is counted anywhere.
    public var holdsNothing: Bool { state.withLock { $0.ledger.isEmpty } }

    /// Serves streams of `name` from now on; peers that are connected learn it.
    public func handle(_ name: String, _ handler: @escaping Handler) { state.withLock { $0.handlers[name] = handler } }

    /// Stops serving `name`.
    public func removeHandler(_ name: String) { state.withLock { $0.handlers[name] = nil } }

    var protocols: [String] { state.withLock { $0.handlers.keys.sorted() } }

    /// Runs every handler until it is cancelled, then closes all connections.
    public func run() async {
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { tasks in
                for await job in work {
                    tasks.addTask { await self.perform(job) }
                }
                tasks.cancelAll()
            }
        } onCancel: {
            assign.finish()
        }
        await close()
    }

    private func perform(_ job: Work) async {
        switch job {
        case .serve(let stream):
            guard let handler = state.withLock({ $0.handlers[stream.protocolName] }) else { return stream.reset() }
            do {
                try await handler(stream)
                stream.close()
            } catch {
                logger.debug(
                    "stream ended", metadata: ["protocol": "\(stream.protocolName)", "peer": "\(stream.peer)", "reason": "\(error)"])
                stream.reset()
            }
        case .identify(let connection, let peer): await identify(connection, peer)
        case .keepConnected(let peer, let addresses): await redial(peer, addresses)
        case .run(let body): await body()
        }
    }

    /// Opens a stream on a connection that is there.
    public func openStream(to peer: PeerID, _ protocols: [String]) async throws -> PeerStream {
        guard let connection = state.withLock({ $0.connection(to: peer) }) else { throw HostError.notConnected }
        return try await connection.openStream(protocols)
    }

    /// Closes every connection to `peer`.
    public func disconnect(_ peer: PeerID) async {
        for connection in state.withLock({ $0.connections[peer] ?? [] }) { await connection.close() }
    }

    /// Stops listening and closes all connections.
    public func close() async {
        let (listeners, connections, observers) = state.withLock { state in
            state.isClosed = true
            defer { (state.listeners, state.observers) = ([], []) }
            return (state.listeners, state.connections.values.flatMap(\.self), state.observers)
        }
        assign.finish()
        for observer in observers { observer.finish() }
        for listener in listeners { try? await listener.close() }
        for connection in connections { await connection.close() }
    }

    func callbacks(_ attempt: ConnectionAttempt) -> ConnectionHandler.Callbacks {
        ConnectionHandler.Callbacks(
            established: { [self] connection, key in
                let isFirst = try state.withLock { state in
                    guard !state.isClosed else { throw HostError.closed }
                    guard key.peerID != peerID else { throw HostError.itself }
                    try state.ledger.authenticate(key.peerID)
                    guard !attempt.isProbe else { return false }
                    state.connections[key.peerID, default: []].append(connection)
                    return state.connections[key.peerID]?.count == 1
                }
                if isFirst { tell(.connected(key.peerID)) }
                if !attempt.isProbe { assign.yield(.identify(connection, key.peerID)) }
            },
            closed: { [self] connection, peer in
                let (isGone, isThere) = state.withLock { state in
                    state.ledger.close(inbound: attempt.isInbound, address: attempt.address, peer: peer)
                    guard let peer, !attempt.isProbe else { return (false, false) }
                    state.connections[peer]?.removeAll { $0 === connection }
                    guard state.connections[peer]?.isEmpty == true else { return (attempt.relayed != nil, true) }
                    state.connections[peer] = nil
                    return (true, false)
                }
                guard isGone, let peer else { return }
                tell(.disconnected(peer))
                // The direct connection stays: what ran through the relay begins anew on it.
                if isThere { [.connected(peer), .identified(peer)].forEach(tell) }
            },
            protocols: { [self] in protocols },
            tls: { [self] in
                try state.withLock { state in
                    let tls = try state.tls ?? TLSSecurity(identity: identity)
                    state.tls = tls
                    return tls
                }
            },
            inbound: { [self] in assign.yield(.serve($0)) },
            streamOpened: { [self] peer, name, isOwn in
                try state.withLock { try $0.ledger.openStream(peer: peer, protocol: name, isOwn: isOwn) }
            },
            streamClosed: { [self] peer, name in state.withLock { $0.ledger.closeStream(peer: peer, protocol: name) } },
            grow: { [self] peer, bytes in
                state.withLock { state in (try? state.ledger.reserve(bytes, peer: peer)) != nil }
            },
            shrink: { [self] peer, bytes in state.withLock { $0.ledger.release(bytes, peer: peer) } })
    }
}
