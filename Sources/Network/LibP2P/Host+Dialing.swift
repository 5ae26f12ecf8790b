public import Multiformats
public import NIOCore
public import PeerIdentity
import LibP2PProtocols
import Logging
import NIOPosix
import Synchronization

extension Host {
    /// The connection to `peer`: the one that is there, or the first of its addresses that answers.
    ///
    /// Addresses are tried in turn, each a moment after the one before (RFC 8305); the first that proves the peer's identity
    /// wins, and the others are let go.
    @discardableResult
    public func connect(to peer: PeerID, at addresses: [Multiaddr] = []) async throws -> PeerConnection {
        if let connection = state.withLock({ $0.connections[peer]?.last }) { return connection }
        let known = state.withLock { $0.peerstore[peer]?.addresses ?? [] }
        let endpoints = (addresses + known.filter { !addresses.contains($0) }).filter {
            $0.tcpEndpoint != nil && $0.value(.p2pCircuit) == nil
        }
        guard !endpoints.isEmpty else { throw HostError.noAddress("\(peer)") }
        do {
            let connection = try await firstAnswer(of: endpoints, expecting: peer)
            noteDial(peer, failure: nil)
            return connection
        } catch {
            noteDial(peer, failure: "\(error)")
            throw error
        }
    }

    private func firstAnswer(of endpoints: [Multiaddr], expecting peer: PeerID) async throws -> PeerConnection {
        try await withThrowingTaskGroup(of: Result<PeerConnection, HostError>.self) { tasks in
            for (index, address) in endpoints.prefix(16).enumerated() {
                tasks.addTask { [configuration] in
                    try await Task.sleep(for: configuration.dialStagger * index)
                    do { return .success(try await self.dial(address, expecting: peer)) } catch {
                        return .failure(.unreachable(["\(address): \(error)"]))
                    }
                }
            }
            defer { tasks.cancelAll() }
            var reasons: [String] = []
            while let result = try await tasks.next() {
                switch result {
                case .success(let connection): return connection
                case .failure(.unreachable(let more)): reasons += more
                case .failure(let error): reasons.append("\(error)")
                }
            }
            throw HostError.unreachable(reasons)
        }
    }

    /// Connects to the peer that a multiaddr with `/p2p/` names; without it, to whoever answers there.
    @discardableResult
    public func connect(to address: Multiaddr) async throws -> (PeerID, PeerConnection) {
        guard let multihash = address.value(.p2p).flatMap({ Multihash(bytes: $0) }) else {
            let connection = try await dial(address, expecting: nil)
            return (try await connection.peer(), connection)
        }
        let peer = PeerID(multihash)
        return (peer, try await connect(to: peer, at: [address]))
    }

    private func dial(_ address: Multiaddr, expecting peer: PeerID?) async throws -> PeerConnection {
        guard let (host, port) = address.tcpEndpoint else { throw HostError.noAddress("\(address)") }
        try state.withLock { state throws(ResourceLedger.Exceeded) in try state.ledger.open(inbound: false, address: host) }
        let ready = group.next().makePromise(of: PeerConnection.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: ready.futureResult.eventLoop)
                .connectTimeout(TimeAmount(configuration.dialTimeout))
                // A peer that speaks first would speak to nobody before the handler is there.
                .channelOption(.autoRead, value: false)
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .channelOption(.writeBufferWaterMark, value: .init(low: 128 * 1024, high: 512 * 1024))
                .connect(host: host, port: port).get()
        } catch {
            state.withLock { $0.ledger.close(inbound: false, address: host, peer: nil) }
            ready.fail(HostError.closed)
            throw error
        }
        try await install(on: channel, isInbound: false, address: host, expecting: peer, ready: ready).get()
        // A channel that is closed by now has told its handler.
        try? await channel.setOption(.autoRead, value: true).get()
        do {
            return try await withTaskCancellationHandler {
                try await ready.futureResult.get()
            } onCancel: {
                channel.eventLoop.execute { ready.fail(CancellationError()) }
            }
        } catch {
            // Lost the race, or refused: nobody waits for this one any more.
            channel.close(promise: nil)
            throw error
        }
    }

    /// Puts a connection's handler on a channel.
    func install(
        on channel: any Channel, isInbound: Bool, address: String, expecting peer: PeerID?, ready: EventLoopPromise<PeerConnection>
    ) -> EventLoopFuture<Void> {
        let callbacks = callbacks(inbound: isInbound, address: address)
        return channel.eventLoop.submit { [self] in
            do {
                let machine = try ConnectionMachine(
                    isDialer: !isInbound, identity: identity, expectedPeer: peer, securities: configuration.securities,
                    limits: configuration.muxer)
                let handler = ConnectionHandler(machine: machine, isInbound: isInbound, ready: ready, callbacks: callbacks)
                try channel.pipeline.syncOperations.addHandler(handler)
            } catch {
                // The channel went before its handler came.
                state.withLock { $0.ledger.close(inbound: isInbound, address: address, peer: nil) }
                ready.fail(error)
                throw error
            }
        }
    }

    /// Dials `peer` whenever it is not connected, for as long as the host runs.
    public func keepConnected(to peer: PeerID, at addresses: [Multiaddr]) { assign.yield(.keepConnected(peer, addresses)) }

    func redial(_ peer: PeerID, _ addresses: [Multiaddr]) async {
        var backoff = DialBackoff()
        while !Task.isCancelled {
            let wait: Duration
            do {
                let connection = try await connect(to: peer, at: addresses)
                if backoff.failures > 0 { logger.notice("peer reached again", metadata: ["peer": "\(peer)"]) }
                backoff.succeeded()
                try? await connection.channel.closeFuture.get()
                wait = DialBackoff.first
            } catch {
                wait = backoff.failed(jitter: .random(in: 0...1))
                logger.warning("peer not reached", metadata: ["peer": "\(peer)", "reason": "\(error)", "next try in": "\(wait)"])
            }
            try? await Task.sleep(for: wait)
        }
    }
}
