import Glibc
import LibP2PProtocols
public import Multiformats
public import NIOCore
public import PeerIdentity
import NIOPosix
import Synchronization

/// Dialling from the port that this host listens on: a NAT then shows every peer the same address of ours, and lets in at that
/// address whoever was dialled before.
extension Host {
    /// How often the first dial looks for a listener, every 20 ms.
    static let exitPatience = 100
    /// How long a dial waits while the peer dials, too.
    static let punchPatience: Duration = .seconds(4)
    static let reusePort = ChannelOptions.socket(SocketOptionLevel(SOL_SOCKET), SocketOptionName(SO_REUSEPORT))

    /// Outgoing connections leave from the port of `listener` from now on, where the configuration says so.
    ///
    /// The option is set after the port was bound: a second listener on the port is still refused, what dials from it is not.
    public func leave(from listener: any Channel) async {
        guard configuration.dialsFromListenPort, let address = listener.localAddress, address.port != nil else { return }
        guard (try? await listener.setOption(Self.reusePort, value: 1).get()) != nil else { return }
        state.withLock { $0.exits.append(address) }
    }

    /// Waits a moment for the first listener: a node's first dials must leave from its port as well, for a NAT shows their
    /// addresses to those who are asked later where this host is seen.
    func awaitExit() async throws {
        guard configuration.dialsFromListenPort else { return }
        for _ in 0..<Self.exitPatience {
            guard state.withLock({ $0.exits.isEmpty && !$0.goesWithoutExit }) else { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        state.withLock { $0.goesWithoutExit = true }
    }

    /// The local address that a connection to `address` leaves from, a listener's.
    func exit(to address: Multiaddr) -> SocketAddress? {
        guard !address.isLoopback, let kind = address.components.first?.kind, kind == .ip4 || kind == .ip6 else { return nil }
        let wildcard = kind == .ip4 ? "0.0.0.0" : "::"
        let exits = state.withLock { $0.exits }
        for exit in exits {
            guard let port = exit.port, let ip = exit.ipAddress else { continue }
            let isOfKind = (exit.protocol == .inet6) == (kind == .ip6)
            // A listener on every address of both families takes IPv4 as well.
            guard isOfKind || ip == "::" else { continue }
            if ip.hasPrefix("127.") || ip == "::1" { continue }
            return try? SocketAddress(ipAddress: isOfKind ? ip : wildcard, port: port)
        }
        return nil
    }

    /// Tries whether `peer` answers at `address`, on a connection of its own that nobody else learns of and that ends at once.
    public func probe(_ address: Multiaddr, expecting peer: PeerID) async throws {
        let connection = try await probeConnection(address, peer)
        await connection.close()
    }

    /// Dials `peer` as `probe(_:expecting:)` does, and speaks with it on a stream of `name` before the connection ends.
    ///
    /// - Returns: whether `body` went through; it throws only where the peer did not answer at the address.
    public func probe(
        _ address: Multiaddr, expecting peer: PeerID, _ name: String, _ body: (PeerStream) async throws -> Void
    ) async throws -> Bool {
        let connection = try await probeConnection(address, peer)
        let isThrough: Bool
        do {
            try await body(connection.openStream([name]))
            isThrough = true
        } catch {
            isThrough = false
        }
        await connection.close()
        return isThrough
    }

    private func probeConnection(_ address: Multiaddr, _ peer: PeerID) async throws -> PeerConnection {
        guard address.tcpEndpoint != nil, !address.isRelayed else { throw HostError.noAddress("\(address)") }
        return try await dialTCP(address, expecting: peer, isProbe: true)
    }

    /// Dials `peer` at all addresses at once from the port that this host listens on, while it dials back.
    ///
    /// - Parameter asDialer: the part in the handshake that was agreed on, whoever comes through.
    @discardableResult
    public func punch(_ peer: PeerID, at addresses: [Multiaddr], asDialer: Bool) async throws -> PeerConnection {
        try await first(of: addresses.prefix(HolePunchMessage.maximumAddresses)) { _, address in
            try await self.dialTCP(address, expecting: peer, punching: asDialer)
        }
    }

    /// Addresses at which peers that are connected directly see this host, those that most see first.
    public var observedAddresses: [Multiaddr] {
        let seen = state.withLock { state in
            state.connections.filter { $0.value.contains { !$0.isRelayed } }.keys.compactMap { state.peerstore[$0]?.observedAddress }
        }
        let counts = seen.filter { !$0.isRelayed && !$0.isLoopback }.reduce(into: [Multiaddr: Int]()) { $0[$1, default: 0] += 1 }
        return counts.sorted { ($1.value, $0.key.description) < ($0.value, $1.key.description) }.map(\.key)
    }
}
