public import Logging
import Multiformats
public import NIOCore
import NIOPosix
public import NodeRecords
import Primitives
public import RLPx
public import Secp256k1

/// What a protocol above RLPx does with its peers. Each peer's calls come one after another; while one runs, nothing more is read
/// from that peer.
public protocol RLPxPeerHandler: Sendable {
    /// Both hellos are there. An error ends the connection.
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
    private var links: [ObjectIdentifier: RLPxLink] = [:]
    private var connected: [NodeID: RLPxPeer] = [:]
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
                    for try await connection in connections { Task { await self.accept(connection) } }
                }
            }
        } catch {
            throw .cannotListen("\(host) port \(settings.port): \(error)")
        }
        return port
    }

    public func stop() async {
        isStopped = true
        listener?.cancel()
        try? await listeningChannel?.close()
        for link in links.values { link.disconnect(.quitting, because: .stopped) }
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
        guard let endpoint = Self.endpoint(connection.channel), hasRoom(for: endpoint.address) else {
            connection.channel.close(promise: nil)
            try? await connection.executeThenClose { _ in }
            return
        }
        let machine = RLPxConnection(
            acceptingBy: key, offering: settings.offered, clientID: settings.clientID, listenPort: port,
            secrets: HandshakeSecrets(using: &generator), maximumMessage: settings.maximumMessage)
        _ = await run(machine, connection, endpoint, isInbound: true)
    }

    private func hasRoom(for address: IPAddress) -> Bool {
        guard !isStopped, links.count - connected.count < settings.maximumGreeting, connected.count < settings.maximumPeers else {
            return false
        }
        return !address.isGlobal || links.values.count { $0.endpoint.address.network == address.network } < settings.maximumPerNetwork
    }

    /// Dials a peer. Returns when both hellos are there and the handler has taken it.
    @discardableResult
    public func connect(_ remote: Secp256k1PublicKey, at endpoint: NodeEndpoint) async throws(RLPxHostError) -> RLPxPeer {
        guard let group, !isStopped else { throw .stopped }
        if let known = connected[remote.nodeID] { return known }
        guard hasRoom(for: endpoint.address) else { throw .refused(.tooManyPeers) }
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
        let (outcomes, continuation) = AsyncStream.makeStream(of: Result<RLPxPeer, RLPxHostError>.self)
        Task {
            let failure = await self.run(machine, connection, endpoint, isInbound: false) { continuation.yield(.success($0)) }
            continuation.yield(.failure(failure))
            continuation.finish()
        }
        for await outcome in outcomes { return try outcome.get() }
        throw .timedOut
    }

    /// Serves a connection until it ends. Returns why.
    private func run(
        _ machine: RLPxConnection, _ connection: NIOAsyncChannel<ByteBuffer, Never>, _ endpoint: NodeEndpoint, isInbound: Bool,
        opened: @Sendable (RLPxPeer) -> Void = { _ in }
    ) async -> RLPxHostError {
        let link = RLPxLink(machine, channel: connection.channel, endpoint: endpoint, maximumUnsent: settings.maximumUnsent)
        links[ObjectIdentifier(link)] = link
        let watch = Task { await self.watch(link) }
        var peer: RLPxPeer?
        var failure: RLPxHostError?
        link.begin()
        do {
            try await connection.executeThenClose { inbound in
                for try await bytes in inbound {
                    for event in try link.receive(bytes) {
                        switch event {
                        case .open(let hello, let capabilities):
                            let greeted = try self.admit(link, hello, capabilities, isInbound: isInbound)
                            try await handler.connected(greeted)
                            peer = greeted
                            opened(greeted)
                        case .message(let capability, let code, let data):
                            guard let peer else { continue }
                            try await handler.received(code, of: capability, data: data, from: peer)
                        case .pong: break
                        }
                    }
                }
            }
        } catch let error as RLPxHostError {
            failure = error
        } catch {
            failure = .protocolError(.unexpected(message: 0))
            logger.debug("A peer was refused", metadata: ["peer": "\(endpoint)", "reason": "\(error)"])
        }
        watch.cancel()
        link.disconnect(.subprotocol, because: failure)
        links[ObjectIdentifier(link)] = nil
        if let key = link.remoteKey, connected[key.nodeID]?.link === link { connected[key.nodeID] = nil }
        if let peer { await handler.disconnected(peer) }
        return link.failure ?? failure ?? .refused(.requested)
    }

    /// A peer that has said hello takes its place, if there is one and it has none yet.
    private func admit(_ link: RLPxLink, _ hello: Hello, _ capabilities: [Capability], isInbound: Bool) throws(RLPxHostError) -> RLPxPeer {
        guard let key = link.remoteKey else { throw .timedOut }
        func refuse(_ reason: DisconnectReason) -> RLPxHostError {
            link.disconnect(reason)
            return .refused(reason)
        }
        guard connected[key.nodeID] == nil else { throw refuse(.alreadyConnected) }
        guard connected.count < settings.maximumPeers else { throw refuse(.tooManyPeers) }
        let peer = RLPxPeer(
            publicKey: key, hello: hello, capabilities: capabilities, endpoint: link.endpoint, isInbound: isInbound, link: link)
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
