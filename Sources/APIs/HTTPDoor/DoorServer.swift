public import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle

/// One door on one port: an HTTP/1.1 server that ends gracefully with its service group.
///
/// ``run()`` throws a ``ListenError`` when the port cannot be had.
public struct DoorServer: Service {
    private let name: String
    private let address: ListenAddress
    private let logger: Logger
    private let application: Application<OriginRule<RouterResponder<DoorContext>>>
    private let listening: Latch

    /// - Parameters:
    ///   - name: what the log and errors call the door.
    ///   - access: who may use it.
    ///   - errorFormat: how it writes the errors of requests that no route sees.
    ///   - shared: another protocol on the same port.
    ///   - transport: how bytes become requests. Without one it is HTTP/1.1 under `access`.
    ///   - onListening: called once with the bound port.
    public init(
        name: String, router: DoorRouter, address: ListenAddress, access: DoorAccess = DoorAccess(), logger: Logger,
        errorFormat: DoorErrorFormat = .withHint, shared: SharedPort? = nil, transport: HTTPServerBuilder? = nil,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.name = name
        self.address = address
        self.logger = logger
        // The framework reports at `info` what the node says better itself, and as errors what is none, such as a connection
        // that broke while the server stopped.
        var quiet = logger
        quiet.logLevel = logger.logLevel <= .debug ? logger.logLevel : .critical
        let listening = Latch()
        self.listening = listening
        application = Application(
            responder: OriginRule(inner: router.buildResponder(), origins: access.origins),
            server: transport ?? .door(access, listeningOn: address.host, format: errorFormat, shared: shared),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: .maximum(Self.connectionLimit, logger: quiet)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? address.port
                logger.info("\(name) listens on http://\(ListenAddress(host: address.host, port: port))")
                listening.open()
                await shared?.onListening(channel)
                await onListening(port)
            },
            logger: quiet)
    }

    /// Connections held at once; more wait in the kernel's backlog.
    private static let connectionLimit = 1024

    public func run() async throws {
        // The server must not be told to stop while it opens its port. It runs in a group of its own, in a task that knows
        // nothing of the shutdown outside, and is told once it listens.
        let group = ServiceGroup(configuration: .init(services: [.init(service: application)], logger: application.logger))
        let serving = Task.detached { try await group.run() }
        do {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    try? await gracefulShutdown()
                    await listening.wait()
                    await group.triggerGracefulShutdown()
                }
                defer { tasks.cancelAll() }
                try await withTaskCancellationHandler {
                    try await serving.value
                } onCancel: {
                    serving.cancel()
                }
            }
        } catch {
            throw ListenError(error, name: name, address: address) ?? error
        }
    }

    /// Binds and lets go, so that a taken port is told before the node has loaded anything.
    ///
    /// - Throws: ``ListenError``.
    public static func checkAvailable(_ address: ListenAddress, name: String) async throws {
        do {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: address.host, port: address.port).get()
            try await channel.close()
        } catch {
            throw ListenError(error, name: name, address: address) ?? error
        }
    }
}
