public import LibP2PProtocols
public import Multiformats
public import NIOCore
public import PeerIdentity
import Synchronization

/// The relay that an address leads through.
struct CircuitRoute: Equatable, Sendable {
    let relay: PeerID
    let relayAddress: Multiaddr

    /// `…/p2p/RELAY/p2p-circuit`, whatever follows; a relay behind a relay is no route.
    init?(_ address: Multiaddr) {
        guard let place = address.components.firstIndex(where: { $0.kind == .p2pCircuit }), place > 0,
            address.components[place - 1].kind == .p2p, let id = Multihash(bytes: address.components[place - 1].value),
            !address.components[(place + 1)...].contains(where: { $0.kind == .p2pCircuit })
        else { return nil }
        relay = PeerID(id)
        relayAddress = Multiaddr(Array(address.components[..<(place - 1)]))
    }
}

extension Host {
    /// Reaches `peer` through the relay that `address` names.
    func dialCircuit(_ address: Multiaddr, expecting peer: PeerID?) async throws -> PeerConnection {
        guard let route = CircuitRoute(address), let peer, route.relay != peer, route.relay != peerID else {
            throw HostError.noAddress("\(address)")
        }
        let relay = try await connect(to: route.relay, at: [route.relayAddress], directly: true)
        let stream = try await relay.openStream([HopMessage.name])
        let deadline = stream.deadline(configuration.dialTimeout)
        defer { deadline.cancel() }
        do {
            try await stream.write(VarintFrames.frame(HopMessage(.connect, peer: RelayPeer(id: peer)).bytes))
            var reader = StreamReader(stream)
            guard let bytes = try await reader.frame(limit: HopMessage.maximumSize) else { throw HostError.streamEnded }
            let answer = try HopMessage(bytes: bytes)
            guard answer.kind == .status, answer.status == .ok else { throw HostError.relay(answer.status ?? .malformedMessage) }
            return try await adopt(
                stream, early: reader.rest,
                ConnectionAttempt(
                    isInbound: false, isDialer: true, address: "relay \(route.relay)", peer: peer,
                    relayed: .init(address: address.withoutPeer, limit: answer.limit)))
        } catch {
            stream.reset()
            throw error
        }
    }

    /// Takes a connection of `caller` that a relay brings on a stream.
    ///
    /// - Parameter early: what was read of the stream after the relay's words.
    public func acceptCircuit(
        _ stream: PeerStream, early: ByteBuffer, from caller: PeerID, limit: RelayLimit?
    ) async throws -> PeerConnection {
        let relay = stream.connection.remoteAddress ?? Multiaddr([])
        let address = relay.appending(.init(.p2p, stream.peer.bytes), .init(.p2pCircuit))
        return try await adopt(
            stream, early: early,
            ConnectionAttempt(
                isInbound: true, isDialer: false, address: "relay \(stream.peer)", peer: caller,
                relayed: .init(address: address, limit: limit)))
    }

    /// Makes a connection over a stream.
    private func adopt(_ stream: PeerStream, early: ByteBuffer, _ attempt: ConnectionAttempt) async throws -> PeerConnection {
        try state.withLock { state throws(ResourceLedger.Exceeded) in
            try state.ledger.open(inbound: attempt.isInbound, address: attempt.address)
        }
        let ready = group.next().makePromise(of: PeerConnection.self)
        let bridge: StreamBridge
        do { bridge = try await StreamBridge.open(on: ready.futureResult.eventLoop) } catch {
            state.withLock { $0.ledger.close(inbound: attempt.isInbound, address: attempt.address, peer: nil) }
            ready.fail(HostError.closed)
            throw error
        }
        assign.yield(.run { await bridge.carry(stream, early: early) })
        return try await finish(bridge.near, attempt, ready)
    }

    /// Where this host can be called through relays; replaces what was said before.
    public func announceCircuits(_ addresses: [Multiaddr]) {
        state.withLock { state in
            guard state.circuitAddresses != addresses else { return }
            state.circuitAddresses = addresses
            state.sequence += 1
        }
    }

    /// Whether a connection to `peer` runs without a relay.
    public func isDirect(_ peer: PeerID) -> Bool {
        state.withLock { $0.connections[peer]?.contains { !$0.isRelayed } == true }
    }

    /// Whether `peer` called through a relay, and no direct connection is there.
    public func isCalledBy(_ peer: PeerID) -> Bool {
        let connections = state.withLock { $0.connections[peer] ?? [] }
        return connections.allSatisfy(\.isRelayed) && connections.contains(where: \.isInbound)
    }

    /// Closes the relayed connections to a peer that is connected directly.
    public func closeCircuits(to peer: PeerID) async {
        guard isDirect(peer) else { return }
        for connection in state.withLock({ $0.connections[peer] ?? [] }) where connection.isRelayed { await connection.close() }
    }
}
