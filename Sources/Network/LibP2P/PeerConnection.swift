public import Multiformats
public import PeerIdentity
import LibP2PProtocols
import NIOCore

/// One authenticated connection to a peer.
public final class PeerConnection: Sendable {
    /// Whether this side is the listener in the handshake.
    public let isInbound: Bool
    /// Whether the peer opened it, whatever the handshake's roles are: where both sides punch a hole they say nothing about that.
    let cameIn: Bool
    /// The other end's socket address; of a relayed connection the relay's, with `/p2p-circuit`.
    public let remoteAddress: Multiaddr?
    /// Whether it runs through a relay.
    public let isRelayed: Bool
    /// What the relay grants it, where it says so.
    let relayLimit: RelayLimit?
    /// Whether the peer sees this host at an address where it listens, or that a NAT has put in its place.
    let showsListener: Bool
    let opened = ContinuousClock.now
    let channel: any Channel
    private let handler: NIOLoopBound<ConnectionHandler>

    init(_ attempt: ConnectionAttempt, channel: any Channel, handler: ConnectionHandler) {
        (isInbound, cameIn) = (!attempt.isDialer, attempt.isInbound)
        isRelayed = attempt.relayed != nil
        relayLimit = attempt.relayed?.limit
        showsListener = attempt.isInbound || attempt.leavesFromListener
        self.channel = channel
        remoteAddress = attempt.relayed?.address ?? channel.remoteAddress.flatMap { Multiaddr(socket: $0) }
        self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    }

    /// Opens a stream for the first of `protocols` that the peer speaks.
    public func openStream(_ protocols: [String]) async throws -> PeerStream {
        try await perform { $0.open(protocols) }
    }

    /// Who is at the other end.
    public func peer() async throws -> PeerID {
        try await perform { handler in
            let loop = handler.ready.futureResult.eventLoop
            return handler.remote.map { loop.makeSucceededFuture($0) } ?? loop.makeFailedFuture(HostError.closed)
        }
    }

    /// Returns when the connection has ended.
    public func waitUntilClosed() async { try? await channel.closeFuture.get() }

    /// Closes the connection; its streams fail.
    public func close() async {
        channel.close(promise: nil)
        try? await channel.closeFuture.get()
    }

    func perform<Value: Sendable>(_ body: @escaping @Sendable (ConnectionHandler) -> EventLoopFuture<Value>) async throws -> Value {
        let handler = handler
        return try await channel.eventLoop.flatSubmit { body(handler.value) }.get()
    }

    func onLoop(_ body: @escaping @Sendable (ConnectionHandler) -> Void) {
        let handler = handler
        channel.eventLoop.execute { body(handler.value) }
    }
}

extension Multiaddr {
    /// The address of a TCP socket.
    init?(socket address: SocketAddress) {
        guard let ip = address.ipAddress, let port = address.port else { return nil }
        let kind = address.protocol == .inet6 ? "ip6" : "ip4"
        guard let read = try? Multiaddr("/\(kind)/\(ip.prefix { $0 != "%" })/tcp/\(port)") else { return nil }
        self = read
    }

    /// Host and port of a TCP address.
    var tcpEndpoint: (host: String, port: Int)? {
        guard components.count >= 2, let port = components[1].port, components[1].kind == .tcp else { return nil }
        switch components[0].kind {
        case .ip4, .ip6, .dns, .dns4, .dns6:
            return (String(components[0].description.split(separator: "/").last ?? ""), Int(port))
        default: return nil
        }
    }
}
