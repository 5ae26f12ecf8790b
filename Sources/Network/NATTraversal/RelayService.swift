public import LibP2P
public import LibP2PProtocols
public import Logging
import Multiformats
import NIOCore
import PeerIdentity
import Synchronization

/// Relays connections to peers that have a place here (libp2p specs, circuit v2).
public final class RelayService: Sendable {
    static let patience: Duration = .seconds(30)

    private let host: Host
    private let logger: Logger
    /// Unix seconds.
    private let now: @Sendable () -> UInt64
    private let desk: Mutex<RelayDesk>

    public init(host: Host, limits: RelayDesk.Limits = .init(), now: @escaping @Sendable () -> UInt64, logger: Logger) {
        (self.host, self.now, self.logger) = (host, now, logger)
        desk = Mutex(RelayDesk(limits: limits))
    }

    public var reservationCount: Int { desk.withLock { $0.reservationCount } }
    public var circuitCount: Int { desk.withLock { $0.circuitCount } }

    /// Serves from now on.
    public func serve() {
        host.handle(HopMessage.name) { [weak self] stream in try await self?.answer(stream) }
    }

    /// Serves no more; circuits that are open stay until their limits.
    public func stop() { host.removeHandler(HopMessage.name) }

    /// A peer that is gone has no place any more.
    func disconnected(_ peer: PeerID) { desk.withLock { $0.disconnected(peer) } }

    private func answer(_ stream: PeerStream) async throws {
        let deadline = stream.deadline(Self.patience)
        defer { deadline.cancel() }
        var reader = StreamReader(stream)
        guard let bytes = try await reader.frame(limit: HopMessage.maximumSize) else { return }
        guard let request = try? HopMessage(bytes: bytes) else { return try await refuse(stream, .malformedMessage) }
        // A relay behind a relay would carry what nobody can bound.
        guard !stream.isRelayed else { return try await refuse(stream, .permissionDenied) }
        switch request.kind {
        case .reserve: try await reserve(stream)
        case .connect:
            guard let called = request.peer?.id else { return try await refuse(stream, .malformedMessage) }
            do throws(RelayStatus) {
                try desk.withLock { desk throws(RelayStatus) in try desk.open(from: stream.peer, to: called, now: now()) }
            } catch {
                return try await refuse(stream, error)
            }
            defer { desk.withLock { $0.close(from: stream.peer, to: called) } }
            deadline.cancel()
            try await connect(stream, early: reader.rest, to: called)
        case .status: try await refuse(stream, .unexpectedMessage)
        }
    }

    private func refuse(_ stream: PeerStream, _ status: RelayStatus) async throws {
        try await stream.write(VarintFrames.frame(HopMessage(status).bytes))
    }

    private func reserve(_ stream: PeerStream) async throws {
        let expires: UInt64
        do throws(RelayStatus) {
            expires = try desk.withLock { desk throws(RelayStatus) in
                try desk.reserve(stream.peer, from: stream.remoteAddress?.ip.map { "\($0)" } ?? "", now: now())
            }
        } catch {
            return try await refuse(stream, error)
        }
        let voucher = try RelayVoucher(relay: host.peerID, peer: stream.peer, expires: expires).sealed(by: host.identity)
        let own = host.listenAddresses.filter { !$0.isRelayed }
        let open = own.filter(\.isPublic)
        let addresses = (open.isEmpty ? own : open).prefix(RelayPeer.maximumAddresses).map {
            $0.appending(.init(.p2p, host.peerID.bytes))
        }
        let reservation = RelayReservation(expires: expires, addresses: addresses, voucher: voucher)
        let limit = desk.withLock { $0.limits.circuit }
        try await stream.write(VarintFrames.frame(HopMessage(.ok, reservation: reservation, limit: limit).bytes))
        logger.debug("a place at this relay is taken", metadata: ["peer": "\(stream.peer)"])
    }

    private func connect(_ caller: PeerStream, early: ByteBuffer, to peer: PeerID) async throws {
        let limit = desk.withLock { $0.limits.circuit }
        let called: PeerStream
        guard host.isDirect(peer), let opened = try? await host.openStream(to: peer, [StopMessage.name]) else {
            return try await refuse(caller, .connectionFailed)
        }
        called = opened
        var rest = ByteBuffer()
        do {
            let deadline = called.deadline(Self.patience)
            defer { deadline.cancel() }
            try await called.write(VarintFrames.frame(StopMessage(connect: RelayPeer(id: caller.peer), limit: limit).bytes))
            var reader = StreamReader(called)
            guard let bytes = try await reader.frame(limit: HopMessage.maximumSize), try StopMessage(bytes: bytes).status == .ok else {
                throw RelayStatus.connectionFailed
            }
            rest = reader.rest
        } catch {
            called.reset()
            return try await refuse(caller, .connectionFailed)
        }
        do {
            try await caller.write(VarintFrames.frame(HopMessage(.ok, limit: limit).bytes))
        } catch {
            // Who called is gone: the other side of the circuit must not stay.
            called.reset()
            throw error
        }
        await carry(Way(from: caller, to: called, early: early), Way(from: called, to: caller, early: rest), limit)
    }

    /// One direction of a circuit.
    private struct Way: Sendable {
        let from: PeerStream
        let to: PeerStream
        let early: ByteBuffer

        /// Copies until the sender ends, or has sent more than `limit`.
        func carry(limit: UInt64?) async throws {
            var left = limit ?? .max
            var next = early.readableBytes > 0 ? early : try await from.read()
            while let bytes = next {
                guard UInt64(bytes.readableBytes) <= left else { throw RelayStatus.resourceLimitExceeded }
                left -= UInt64(bytes.readableBytes)
                try await to.write(bytes)
                next = try await from.read()
            }
            to.closeWrite()
        }
    }

    private func carry(_ one: Way, _ other: Way, _ limit: RelayLimit) async {
        let deadlines = limit.duration.map { duration in [one.from, one.to].map { $0.deadline(.seconds(Int(duration))) } } ?? []
        do {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for way in [one, other] { tasks.addTask { try await way.carry(limit: limit.data) } }
                // The first that fails ends both.
                while try await tasks.next() != nil {}
            }
            one.to.close()
        } catch {
            logger.debug("circuit ended", metadata: ["reason": "\(error)"])
            one.from.reset()
            one.to.reset()
        }
        for deadline in deadlines { deadline.cancel() }
    }
}
