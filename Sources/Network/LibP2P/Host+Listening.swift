public import Multiformats
public import NIOCore
import LibP2PProtocols
import Logging
import NIOPosix
import Synchronization

extension Host {
    /// Accepts connections on a TCP address; returns it with the port that the system chose.
    @discardableResult
    public func listen(on address: Multiaddr) async throws -> Multiaddr {
        guard let (host, port) = address.tcpEndpoint else { throw HostError.noAddress("\(address)") }
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 128 * 1024, high: 512 * 1024))
            .childChannelInitializer { channel in self.accept(channel) }
            .bind(host: host, port: port).get()
        guard let bound = channel.localAddress.flatMap({ Multiaddr(socket: $0) }) else { throw HostError.noAddress("\(address)") }
        state.withLock { state in
            state.listeners.append(channel)
            state.listenAddresses.append(bound)
        }
        return bound
    }

    /// Makes a connection of a channel that someone else accepted, the daemon's shared port for one.
    public func accept(_ channel: any Channel) -> EventLoopFuture<Void> {
        let address = channel.remoteAddress?.ipAddress ?? ""
        do throws(ResourceLedger.Exceeded) {
            try state.withLock { state throws(ResourceLedger.Exceeded) in try state.ledger.open(inbound: true, address: address) }
        } catch {
            logger.debug("connection refused", metadata: ["from": "\(address)", "reason": "\(error)"])
            return channel.close()
        }
        let ready = channel.eventLoop.makePromise(of: PeerConnection.self)
        ready.futureResult.whenFailure { [logger] error in
            logger.debug("inbound connection failed", metadata: ["from": "\(address)", "reason": "\(error)"])
        }
        return install(on: channel, isInbound: true, address: address, expecting: nil, ready: ready)
    }
}
