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
    private let application: Application<RouterResponder<DoorContext>>

    /// - Parameters:
    ///   - name: what the log and errors call the door.
    ///   - transport: how bytes become requests; the seam for a port that HTTP shares with another protocol.
    ///   - onListening: called once with the bound port.
    public init(
        name: String, router: DoorRouter, address: ListenAddress, logger: Logger,
        transport: HTTPServerBuilder = .http1(configuration: .init(idleTimeout: .seconds(75))),
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.name = name
        self.address = address
        self.logger = logger
        // The framework reports at `info` what the node says better itself.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, logger.logLevel <= .debug ? logger.logLevel : .warning)
        application = Application(
            router: router, server: transport,
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: .maximum(Self.connectionLimit, logger: quiet)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? address.port
                logger.info("\(name) listens on http://\(ListenAddress(host: address.host, port: port))")
                await onListening(port)
            },
            logger: quiet)
    }

    /// Connections held at once; more wait in the kernel's backlog.
    private static let connectionLimit = 1024

    public func run() async throws {
        do {
            try await application.run()
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
