public import Logging
import Multiformats
public import NIOCore
import NIOPosix
public import NodeRecords
import Primitives
public import RLPx
public import Secp256k1

/// What a protocol above RLPx does with its peers. Each peer's calls come one after another; while one runs, nothing more is read
/// from that peer. Two nodes that dial each other at once part from one of their connections when the other is there: a peer may be
/// connected anew before it is disconnected.
public protocol RLPxPeerHandler: Sendable {
    /// Both hellos are there. An error ends the connection; the peer is told the reason of an `RLPxHostError.refused`.
    func connected(_ peer: RLPxPeer) async throws
    func received(_ code: UInt64, of capability: Capability, data: [UInt8], from peer: RLPxPeer) async throws
    /// The last call for a peer that was connected.
    func disconnected(_ peer: RLPxPeer) async
}

/// devp2p's connections of one node: listens, dials, greets, keeps within limits.
public actor RLPxHost {
    let settings: RLPxHostSettings
    private let key: Secp256k1PrivateKey
    private let handler: any RLPxPeerHandler
    private let logger: Logger
    private var group: (any EventLoopGroup)?
    private var listener: Task<Void, Never>?
    private var listeningChannel: (any Channel)?
    public private(set) var port: UInt16 = 0
    private(set) var links: [ObjectIdentifier: RLPxLink] = [:]
    private var connected: [NodeID: RLPxPeer] = [:]
    /// Connections that were dialled, while they are served.
    private var dialled: [ObjectIdentifier: Task<Void, Never>] = [:]
    private var isStopped = false

    public init(key: Secp256k1PrivateKey, settings: RLPxHostSettings, handler: any RLPxPeerHandler, logger: Logger) {
        (self.key, self.settings, self.handler, self.logger) = (key, settings, handler, logger)
    }

    public var peers: [RLPxPeer] { Array(connected.values) }
    public nonisolated var publicKey: Secp256k1PublicKey { key.publicKey }

    /// Listens, unless it only dials. Returns the port.
    @discardableResult
    public func start(on group: any EventLoopGroup) async throws(RLPxHostError) -> UInt16 {
        self.group = group
        guard let host = settings.host else { return 0 }
        do {
            let server = try await ServerBootstrap(group: group)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.autoRead, value: false)
                .bind(host: "\(host)", port: Int(settings.port)) { channel in channel.eventLoop.makeCompletedFuture { channel } }
            listeningChannel = server.channel
            port = UInt16(truncatingIfNeeded: server.channel.localAddress?.port ?? 0)
            listener = Task {
                try? await server.executeThenClose { connections in
                    await withDiscardingTaskGroup { tasks in
                        do {
                            for try await connection in connections { tasks.addTask { await self.accept(connection) } }
                        } catch {
                            self.logger.error("No more peers are accepted", metadata: ["error": "\(error)"])
                            server.channel.close(promise: nil)
                        }
                    }
                }
            }
            // It may have been stopped meanwhile.
            if isStopped { server.channel.close(promise: nil) }
        } catch {
            throw .cannotListen("\(host) port \(settings.port): \(error)")
        }
        return port
    }

    /// Disconnects all peers. Returns when no connection is served any more: not to be called by the handler.
    public func stop() async {
        isStopped = true
        for link in links.values { link.disconnect(.quitting, because: .stopped) }
        try? await listeningChannel?.close()
        listener?.cancel()
        let running = Array(dialled.values)
        for task in running { task.cancel() }
        for task in running { await task.value }
        await listener?.value
    }

    private static func wrap(_ channel: any Channel) throws -> NIOAsyncChannel<ByteBuffer, Never> {
        try NIOAsyncChannel<ByteBuffer, Never>(wrappingChannelSynchronously: channel)
    }

    /// Reading begins here and not before: a channel that is wrapped has to be served, and not every one that comes is.
    private static func accepted(_ channel: any Channel) async throws -> NIOAsyncChannel<ByteBuffer, Never> {
        try await channel.eventLoop.submit {
            guard channel.isActive else { throw ChannelError.ioOnClosedChannel }
            let wrapped = try wrap(channel)
            try channel.syncOptions?.setOption(.autoRead, value: true)
            return wrapped
        }.get()
    }

    private static func endpoint(_ channel: any Channel) -> NodeEndpoint? {
        guard let remote = channel.remoteAddress, let text = remote.ipAddress, let address = IPAddress(text),
            let port = remote.port.flatMap({ UInt16(exactly: $0) })
        else { return nil }
        return NodeEndpoint(address: address, port: port)
    }

    // MARK: Connections

    private func accept(_ channel: any Channel) async {
        guard let connection = try? await Self.accepted(channel) else { return channel.close(promise: nil) }
        var generator = SystemRandomNumberGenerator()
        guard let endpoint = Self.endpoint(connection.channel), hasRoom(isInbound: true), hasRoom(for: endpoint.address) else {
            return await Self.close(connection)
        }
        let machine = RLPxConnection(
            acceptingBy: key, offering: settings.offered, clientID: settings.clientID, listenPort: port,
            secrets: HandshakeSecrets(using: &generator), maximumMessage: settings.maximumMessage)
        let link = RLPxLink(
            machine, channel: connection.channel, endpoint: endpoint, isInbound: true, maximumUnsent: settings.maximumUnsent)
        _ = await serve(link, connection)
    }

    /// A channel that is wrapped has to be served, be it for nothing.
    private static func close(_ connection: NIOAsyncChannel<ByteBuffer, Never>) async {
        connection.channel.close(promise: nil)
        try? await connection.executeThenClose { _ in }
    }

    private var inboundPeers: Int { connected.values.count { $0.isInbound } }

    /// Whether one more may greet and take a place. Those who dial here do not hinder those who are dialled.
    private func hasRoom(isInbound: Bool) -> Bool {
        let places = isInbound ? inboundPeers : connected.count - inboundPeers
        let greeting = links.values.count { $0.isInbound == isInbound } - places
        return !isStopped && greeting < settings.maximumGreeting && hasPlace(isInbound: isInbound)
    }

    private func hasPlace(isInbound: Bool) -> Bool {
        connected.count < settings.maximumPeers && (!isInbound || inboundPeers < settings.maximumInbound)
    }

    private func hasRoom(for address: IPAddress) -> Bool {
        !address.isGlobal || links.values.count { $0.endpoint.address.network == address.network } < settings.maximumPerNetwork
    }

    /// Dials a peer. Returns when both hellos are there and the handler has taken it.
    @discardableResult
    public func connect(_ remote: Secp256k1PublicKey, at endpoint: NodeEndpoint) async throws(RLPxHostError) -> RLPxPeer {
        guard let group, !isStopped else { throw .stopped }
        if let known = connected[remote.nodeID] { return known }
        guard hasRoom(isInbound: false) else { throw .refused(.tooManyPeers) }
        guard hasRoom(for: endpoint.address) else { throw .cannotConnect("\(endpoint): its network has no place left") }
        let machine: RLPxConnection
        do throws(RLPxError) {
            var generator = SystemRandomNumberGenerator()
            machine = try RLPxConnection(
                dialing: remote, by: key, offering: settings.offered, clientID: settings.clientID, listenPort: port,
                secrets: HandshakeSecrets(using: &generator), maximumMessage: settings.maximumMessage)
        } catch {
            throw .protocolError(error)
        }
        let connection: NIOAsyncChannel<ByteBuffer, Never>
        do {
            connection = try await ClientBootstrap(group: group)
                .connectTimeout(.milliseconds(Int64(settings.greetingTimeout * 1000)))
                .connect(host: "\(endpoint.address)", port: Int(endpoint.port)) { channel in
                    channel.eventLoop.makeCompletedFuture { try Self.wrap(channel) }
                }
        } catch {
            throw .cannotConnect("\(endpoint): \(error)")
        }
        guard !isStopped else {
            await Self.close(connection)
            throw .stopped
        }
        let link = RLPxLink(
            machine, channel: connection.channel, endpoint: endpoint, isInbound: false, maximumUnsent: settings.maximumUnsent)
        let (outcomes, continuation) = AsyncStream.makeStream(of: Result<RLPxPeer, RLPxHostError>.self)
        dialled[ObjectIdentifier(link)] = Task {
            let failure = await self.serve(link, connection) { continuation.yield(.success($0)) }
            continuation.yield(.failure(failure))
            continuation.finish()
            self.dialled[ObjectIdentifier(link)] = nil
        }
        for await outcome in outcomes {
            switch outcome {
            case .success(let peer): return peer
            case .failure(let failure):
                // It dialled too, and that connection stays.
                if let known = connected[remote.nodeID] { return known }
                throw failure
            }
        }
        throw .timedOut
    }

    /// Serves a connection until it ends. Returns why.
    private func serve(
        _ link: RLPxLink, _ connection: NIOAsyncChannel<ByteBuffer, Never>, opened: @Sendable (RLPxPeer) -> Void = { _ in }
    ) async -> RLPxHostError {
        links[ObjectIdentifier(link)] = link
        let watch = Task { await self.watch(link) }
        var peer: RLPxPeer?
        var failure = RLPxHostError.lost("the peer closed it")
        link.begin()
        try? await connection.executeThenClose { inbound in
            do {
                for try await bytes in inbound {
                    for event in link.receive(bytes) { try await self.handle(event, of: link, &peer, opened) }
                    try link.check()
                }
            } catch {
                failure = error as? RLPxHostError ?? .lost("\(error)")
            }
            // While the channel is there to tell the peer.
            link.disconnect(failure.reason, because: failure)
        }
        failure = link.failure ?? failure
        watch.cancel()
        links[ObjectIdentifier(link)] = nil
        if let key = link.remoteKey, connected[key.nodeID]?.link === link { connected[key.nodeID] = nil }
        if let peer { await handler.disconnected(peer) }
        logger.debug("A connection ended", metadata: ["peer": "\(link.endpoint)", "reason": "\(failure)"])
        return failure
    }

    private func handle(
        _ event: RLPxConnection.Event, of link: RLPxLink, _ peer: inout RLPxPeer?, _ opened: @Sendable (RLPxPeer) -> Void
    ) async throws(RLPxHostError) {
        do {
            switch event {
            case .open(let hello, let capabilities):
                // It may have said goodbye right behind its hello.
                try link.check()
                let greeted = try admit(link, hello, capabilities)
                try await handler.connected(greeted)
                peer = greeted
                opened(greeted)
            case .message(let capability, let code, let data):
                guard let peer else { return }
                try await handler.received(code, of: capability, data: data, from: peer)
            case .pong: break
            }
        } catch {
            throw RLPxHostError(handler: error)
        }
    }

    /// A peer that has said hello takes its place, if there is one.
    private func admit(_ link: RLPxLink, _ hello: Hello, _ capabilities: [Capability]) throws(RLPxHostError) -> RLPxPeer {
        guard let key = link.remoteKey else { throw .timedOut }
        let peer = RLPxPeer(publicKey: key, hello: hello, capabilities: capabilities, link: link)
        if let other = connected[key.nodeID] {
            // Of two that dial each other at once, both keep the connection that the smaller id dialled.
            let isOurs = self.key.publicKey.nodeID < key.nodeID
            guard other.isInbound != link.isInbound, link.isInbound != isOurs else { throw .refused(.alreadyConnected) }
            connected[key.nodeID] = peer
            other.link.disconnect(.alreadyConnected)
            return peer
        }
        guard hasPlace(isInbound: link.isInbound) else { throw .refused(.tooManyPeers) }
        connected[key.nodeID] = peer
        return peer
    }

    /// Ends a connection whose hello does not come, and one that falls silent.
    private func watch(_ link: RLPxLink) async {
        try? await Task.sleep(for: .seconds(settings.greetingTimeout))
        guard !Task.isCancelled else { return }
        guard connected.values.contains(where: { $0.link === link }) else {
            link.disconnect(.pingTimeout, because: .timedOut)
            return
        }
        while !Task.isCancelled {
            link.watch(pingAfter: .seconds(settings.pingAfter), silenceTimeout: .seconds(settings.silenceTimeout))
            try? await Task.sleep(for: .seconds(max(0.05, settings.pingAfter / 3)))
        }
    }
}
