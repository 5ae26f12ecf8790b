public import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
public import ServiceLifecycle
import Synchronization

/// One WebSocket door on one port: it ends gracefully with its service group, and tells its clients so.
///
/// ``run()`` throws a ``ListenError`` when the port cannot be had.
public struct WebSocketServer: Service {
    private let name: String
    private let address: ListenAddress
    private let origins: OriginList
    private let limits: WebSocketLimits
    private let counts: AddressCounts
    private let handler: any WebSocketHandler
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void
    private let connections = OpenConnections()
    private let total = WaitingTotal()

    /// - Parameters:
    ///   - name: what the log and errors call the door.
    ///   - access: how many connections an address may hold.
    ///   - onListening: called once with the bound port.
    public init(
        name: String, address: ListenAddress, origins: OriginList = OriginList(), access: DoorAccess = DoorAccess(),
        limits: WebSocketLimits = WebSocketLimits(), handler: any WebSocketHandler, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.name = name
        self.address = address
        self.origins = origins
        self.limits = limits
        counts = AddressCounts(access)
        self.handler = handler
        self.logger = logger
        self.onListening = onListening
    }

    public func run() async throws {
        let channel: any Channel
        do {
            channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.backlog, value: 256)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in channel.eventLoop.makeCompletedFuture { try setUp(channel) } }
                .bind(host: address.host, port: address.port).get()
        } catch {
            throw ListenError(error, name: name, address: address) ?? error
        }
        let port = channel.localAddress?.port ?? address.port
        logger.info("\(name) listens on ws://\(ListenAddress(host: address.host, port: port))")
        await onListening(port)
        await withTaskCancellationOrGracefulShutdownHandler {
            try? await channel.closeFuture.get()
        } onCancelOrGracefulShutdown: {
            channel.close(promise: nil)
        }
        for connection in connections.all { connection.close(.goingAway) }
        // One may have become a WebSocket just now.
        while let last = connections.all.first {
            last.close(.goingAway)
            await last.closed()
        }
    }

    /// A connection before it is a WebSocket.
    private func setUp(_ channel: any Channel) throws {
        // The server takes a connection that could not be set up for a fault of its own: one too many is closed after.
        guard count(channel) else { return channel.eventLoop.execute { channel.close(promise: nil) } }
        let handshake = WebSocketHandshake(within: limits.handshake) { [origins, limits, connections] head in
            Self.fault(of: head, origins: origins, limits: limits, connections: connections)
        }
        let bound = NIOLoopBound(handshake, eventLoop: channel.eventLoop)
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: limits.messageBytes, automaticErrorHandling: false,
            shouldUpgrade: { [origins, limits, connections] channel, head in
                let fault = Self.fault(of: head, origins: origins, limits: limits, connections: connections)
                return channel.eventLoop.makeSucceededFuture(fault == nil ? HTTPHeaders() : nil)
            },
            upgradePipelineHandler: { channel, _ in
                channel.setOption(.autoRead, value: false).flatMapThrowing {
                    try begin(channel)
                    channel.pipeline.syncOperations.removeHandler(bound.value, promise: nil)
                }
            })
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in }))
        try channel.pipeline.syncOperations.addHandler(handshake)
    }

    private static func fault(
        of head: HTTPRequestHead, origins: OriginList, limits: WebSocketLimits, connections: OpenConnections
    ) -> HeadFault? {
        if !origins.allows(head.headers.first(name: "origin")) { return .refusedOrigin }
        return connections.count < limits.connections ? nil : .tooManyConnections
    }

    /// The connection is a WebSocket from now on.
    private func begin(_ channel: any Channel) throws {
        let connection = WebSocketConnection(channel, limits: limits, total: total)
        let key = connections.add(connection)
        channel.closeFuture.whenComplete { [connections] _ in connections.remove(key) }
        let session = WebSocketSession(connection, handler.opened(connection), limits: limits)
        try channel.pipeline.syncOperations.addHandler(session)
    }

    /// Whether the connection's address, and the door, may hold one more.
    private func count(_ channel: any Channel) -> Bool {
        guard connections.admit(atMost: limits.connections + Self.strangers) else { return false }
        channel.closeFuture.whenComplete { [connections] _ in connections.release() }
        return counts.admit(channel)
    }

    /// Connections beyond the limit that are still told so.
    private static let strangers = 64
}

/// The WebSockets that are open, and how many connections there are in all.
final class OpenConnections: Sendable {
    private struct State {
        var open: [UInt64: WebSocketConnection] = [:]
        var next: UInt64 = 0
        var admitted = 0
    }

    private let state = Mutex(State())

    var all: [WebSocketConnection] { state.withLock { Array($0.open.values) } }
    var count: Int { state.withLock { $0.open.count } }

    /// Counts a connection that says nothing yet.
    func admit(atMost limit: Int) -> Bool {
        state.withLock { state in
            guard state.admitted < limit else { return false }
            state.admitted += 1
            return true
        }
    }

    func release() { state.withLock { $0.admitted -= 1 } }

    func add(_ connection: WebSocketConnection) -> UInt64 {
        state.withLock { state in
            state.next += 1
            state.open[state.next] = connection
            return state.next
        }
    }

    func remove(_ key: UInt64) { state.withLock { $0.open[key] = nil } }
}
