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
        state.withLock { $0.listeners.append(channel) }
        await leave(from: channel)
        announce([bound])
        return bound
    }

    /// Tells peers of more addresses under which this host can be dialled. An unspecified address stands for every one of
    /// this machine's.
    public func announce(_ addresses: [Multiaddr]) {
        let all = addresses.flatMap(\.specified)
        state.withLock { state in
            state.listenAddresses += all.filter { !state.listenAddresses.contains($0) }
            state.sequence += 1
        }
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
        channel.setOption(.socketOption(.tcp_nodelay), value: 1).whenFailure { [logger] in
            logger.debug("TCP_NODELAY not set", metadata: ["reason": "\($0)"])
        }
        let ready = channel.eventLoop.makePromise(of: PeerConnection.self)
        ready.futureResult.whenFailure { [logger] error in
            logger.debug("inbound connection failed", metadata: ["from": "\(address)", "reason": "\(error)"])
        }
        return install(on: channel, ConnectionAttempt(isInbound: true, isDialer: false, address: address), ready: ready)
    }
}

extension Multiaddr {
    /// The address itself; for an unspecified one, those of the machine's interfaces in its family, loopback last.
    var specified: [Multiaddr] {
        guard let first = components.first, first.kind == .ip4 || first.kind == .ip6, first.value.allSatisfy({ $0 == 0 }) else {
            return [self]
        }
        let devices = (try? System.enumerateDevices()) ?? []
        let found = devices.compactMap { device -> (Bool, Multiaddr)? in
            guard let ip = device.address?.ipAddress, !ip.hasPrefix("fe80"), let address = try? Multiaddr("/\(first.kind.name)/\(ip)")
            else {
                return nil
            }
            return (ip.hasPrefix("127.") || ip == "::1", Multiaddr(address.components + components.dropFirst()))
        }
        let sorted = found.filter { !$0.0 }.map(\.1) + found.filter(\.0).map(\.1)
        return sorted.isEmpty ? [self] : sorted
    }
}
