import GRPCCore
import GRPCNIOTransportHTTP2Posix
import HTTPDoor
import Logging
public import ServiceLifecycle
import Synchronization

/// A gRPC interface of the node on one port: HTTP/2 without TLS, for clients on this machine or behind a proxy.
///
/// Besides its own services every door serves `grpc.health.v1.Health` and server reflection, v1 and v1alpha.
public struct GRPCDoor: Service {
    private let name: String
    private let address: ListenAddress
    private let logger: Logger
    private let services: [any RegistrableRPCService]
    private let onListening: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - name: what the log and errors call the door.
    ///   - serviceNames: the full names of `services`, for health and reflection.
    ///   - onListening: called once with the bound port.
    init(
        name: String, services: [any RegistrableRPCService], serviceNames: [String], address: ListenAddress, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void
    ) {
        self.name = name
        self.address = address
        self.logger = logger
        self.onListening = onListening
        let names = serviceNames + [Grpc_Health_V1_Health.descriptor.fullyQualifiedService]
        let files = DescribedFiles(services: names)
        self.services = services + [HealthService(names: names), ReflectionV1(files: files), ReflectionV1Alpha(files: files)]
    }

    /// The largest message that a client may send: a block of 4 MiB. Up to four times as much is read to say so.
    static let requestLimit = 4 << 20

    /// - Throws: ``ListenError`` when the port cannot be had.
    public func run() async throws {
        try await DoorServer.checkAvailable(address, name: name)
        let transport = HTTP2ServerTransport.Posix(
            address: address.grpc, transportSecurity: .plaintext,
            config: .defaults { config in
                config.rpc = .init(maxRequestPayloadSize: 4 * Self.requestLimit)
                config.http2.maxConcurrentStreams = 128
                config.connection.maxIdleTime = .seconds(600)
            })
        let server = GRPCServer(transport: LimitedTransport(base: transport, limit: Self.requestLimit), services: services)
        let isStopping = StopFlag()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    try await server.serve()
                } catch {
                    // A server that is stopped before it listens throws.
                    guard isStopping.value.load(ordering: .relaxed) else { throw error }
                }
                return true
            }
            group.addTask {
                // Why nothing listens, `serve` says.
                guard let bound = try? await transport.listeningAddress else { return false }
                let port = bound.port ?? address.port
                logger.info("\(name) listens on \(ListenAddress(host: address.host, port: port))")
                await onListening(port)
                return false
            }
            group.addTask {
                try? await gracefulShutdown()
                isStopping.value.store(true, ordering: .relaxed)
                server.beginGracefulShutdown()
                try? await Task.sleep(for: Self.farewell)
                return true
            }
            while let isOver = try await group.next() {
                if isOver { group.cancelAll() }
            }
        }
    }

    /// How long calls under way may take when the node stops: streams have no end of their own.
    private static let farewell = Duration.seconds(1)
}

/// Whether a server was told to stop.
private final class StopFlag: Sendable {
    let value = Atomic(false)
}

extension ListenAddress {
    fileprivate var grpc: GRPCNIOTransportCore.SocketAddress {
        let host = host == "localhost" ? "127.0.0.1" : host
        return host.contains(":") ? .ipv6(host: host, port: port) : .ipv4(host: host, port: port)
    }
}

extension GRPCNIOTransportCore.SocketAddress {
    fileprivate var port: Int? { ipv4?.port ?? ipv6?.port }
}
