public import Multiformats
import NIOCore
public import PeerIdentity
import Glibc
import LibP2PProtocols
import Logging
import NIOPosix
import Synchronization

extension Host {
    /// The connection to `peer`: the one that is there, or the first of its addresses that answers.
    ///
    /// Addresses are tried in turn, each a moment after the one before (RFC 8305); the first that proves the peer's identity
    /// wins, and the others are let go. Addresses through a relay come last.
    ///
    /// - Parameter directly: a connection through a relay is not enough.
    @discardableResult
    public func connect(to peer: PeerID, at addresses: [Multiaddr] = [], directly: Bool = false) async throws -> PeerConnection {
        if let connection = state.withLock({ $0.connection(to: peer) }), !directly || !connection.isRelayed { return connection }
        guard peer != peerID else { throw HostError.itself }
        let (known, own) = state.withLock { ($0.peerstore[peer]?.addresses ?? [], Set($0.listenAddresses.compactMap(\.dialled))) }
        let all = (addresses + known.filter { !addresses.contains($0) }).filter { $0.tcpEndpoint != nil }
        // Whoever listens on all interfaces tells its loopback address too: on another machine that is this host itself.
        let direct = all.filter { address in !address.isRelayed && address.dialled.map { !own.contains($0) } ?? false }
        let endpoints = direct.prefix(12) + (directly ? [] : all.filter(\.isRelayed).prefix(4))
        guard !endpoints.isEmpty else { throw HostError.noAddress("\(peer)") }
        do {
            let connection = try await firstAnswer(of: Array(endpoints), expecting: peer)
            noteDial(peer, failure: nil)
            return connection
        } catch {
            noteDial(peer, failure: "\(error)")
            throw error
        }
    }

    private func firstAnswer(of endpoints: [Multiaddr], expecting peer: PeerID) async throws -> PeerConnection {
        try await first(of: endpoints.prefix(16)) { [configuration] index, address in
            try await Task.sleep(for: configuration.dialStagger * index)
            return try await self.dial(address, expecting: peer)
        }
    }

    /// The first connection that comes of dialling all addresses; the other dials are let go.
    func first(
        of addresses: ArraySlice<Multiaddr>, _ dial: @escaping @Sendable (_ index: Int, _ address: Multiaddr) async throws -> PeerConnection
    ) async throws -> PeerConnection {
        try await withThrowingTaskGroup(of: Result<PeerConnection, HostError>.self) { tasks in
            for (index, address) in addresses.enumerated() {
                tasks.addTask {
                    do { return .success(try await dial(index, address)) } catch { return .failure(.unreachable(["\(address): \(error)"])) }
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
        guard let multihash = address.peer.flatMap({ Multihash(bytes: $0) }) else {
            let connection = try await dial(address, expecting: nil)
            return (try await connection.peer(), connection)
        }
        let peer = PeerID(multihash)
        return (peer, try await connect(to: peer, at: [address]))
    }

    private func dial(_ address: Multiaddr, expecting peer: PeerID?) async throws -> PeerConnection {
        address.isRelayed
            ? try await dialCircuit(address, expecting: peer) : try await dialTCP(address, expecting: peer)
    }

    /// - Parameters:
    ///   - isProbe: nobody learns of the connection.
    ///   - punching: the peer dials at the same time; whether this side is the dialer in the handshake.
    func dialTCP(
        _ address: Multiaddr, expecting peer: PeerID?, isProbe: Bool = false, punching: Bool? = nil
    ) async throws -> PeerConnection {
        guard let (host, port) = address.tcpEndpoint else { throw HostError.noAddress("\(address)") }
        try state.withLock { state throws(ResourceLedger.Exceeded) in try state.ledger.open(inbound: false, address: host) }
        let ready = group.next().makePromise(of: PeerConnection.self)
        let channel: any Channel
        var leavesFromListener = false
        do {
            if !isProbe, !address.isLoopback { try await awaitExit() }
            let exit = isProbe ? nil : exit(to: address)
            let patience = punching == nil ? configuration.dialTimeout : Self.punchPatience
            let call = OutgoingCall(loop: ready.futureResult.eventLoop, patience: patience)
            do {
                channel = try await call.connect(host, port, from: exit)
                leavesFromListener = exit != nil
            } catch  where exit != nil && punching == nil && error.isAddressInUse {
                // Another connection has the same two ends still.
                channel = try await call.connect(host, port, from: nil)
            }
        } catch {
            state.withLock { $0.ledger.close(inbound: false, address: host, peer: nil) }
            ready.fail(HostError.closed)
            throw error
        }
        let attempt = ConnectionAttempt(
            isInbound: false, isDialer: punching ?? true, address: host, peer: peer, leavesFromListener: leavesFromListener,
            isProbe: isProbe)
        return try await finish(channel, attempt, ready)
    }

    /// Puts a connection's handler on a channel that does not read yet, and waits until the peer is known.
    func finish(
        _ channel: any Channel, _ attempt: ConnectionAttempt, _ ready: EventLoopPromise<PeerConnection>
    ) async throws -> PeerConnection {
        try await install(on: channel, attempt, ready: ready).get()
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
        on channel: any Channel, _ attempt: ConnectionAttempt, ready: EventLoopPromise<PeerConnection>
    ) -> EventLoopFuture<Void> {
        let callbacks = callbacks(attempt)
        return channel.eventLoop.submit { [self] in
            do {
                let machine = try ConnectionMachine(
                    isDialer: attempt.isDialer, identity: identity, expectedPeer: attempt.peer, securities: configuration.securities,
                    limits: configuration.muxer)
                let handler = ConnectionHandler(machine: machine, attempt: attempt, ready: ready, callbacks: callbacks)
                try channel.pipeline.syncOperations.addHandler(handler)
            } catch {
                // The channel went before its handler came.
                state.withLock { $0.ledger.close(inbound: attempt.isInbound, address: attempt.address, peer: nil) }
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

extension Error {
    /// Whether a socket could not be bound or connected because its two ends are in use. What NIO throws for a dial holds an error
    /// for each address that it tried.
    var isAddressInUse: Bool {
        switch self {
        case let error as IOError: [EADDRINUSE, EADDRNOTAVAIL].contains(error.errnoCode)
        case let error as NIOConnectionError: error.connectionErrors.contains { $0.error.isAddressInUse }
        default: false
        }
    }
}

extension Multiaddr {
    /// Host and port as one text; `nil` where there is no TCP port.
    fileprivate var dialled: String? { tcpEndpoint.map { host, port in "\(host) \(port)" } }
}
