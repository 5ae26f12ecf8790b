import LibP2P
import LibP2PProtocols
import Logging
import Multiformats
import NIOCore
import PeerIdentity
import Synchronization

/// This node's places at relays, and the calls that come through them.
final class RelayClient: Sendable {
    /// A place at a relay.
    struct Lease: Equatable, Sendable {
        /// Unix seconds.
        var expires: UInt64
        /// Where this node can be called, with `/p2p-circuit`.
        var addresses: [Multiaddr]
    }

    /// Addresses of one relay that are told to others.
    private static let addressesPerRelay = 4
    static let patience: Duration = .seconds(10)

    private let host: Host
    private let logger: Logger
    private let now: @Sendable () -> UInt64
    private let leases = Mutex<[PeerID: Lease]>([:])

    init(host: Host, now: @escaping @Sendable () -> UInt64, logger: Logger) {
        (self.host, self.now, self.logger) = (host, now, logger)
    }

    var relays: [PeerID] { leases.withLock { Array($0.keys) } }

    /// Takes calls through relays from now on.
    func serve() {
        host.handle(StopMessage.name) { [weak self] stream in try await self?.answer(stream) }
    }

    private func answer(_ stream: PeerStream) async throws {
        let deadline = stream.deadline(Self.patience)
        defer { deadline.cancel() }
        var reader = StreamReader(stream)
        guard let bytes = try await reader.frame(limit: HopMessage.maximumSize) else { return }
        guard let message = try? StopMessage(bytes: bytes), message.kind == .connect, let caller = message.peer?.id else {
            return try await stream.write(VarintFrames.frame(StopMessage(.malformedMessage).bytes))
        }
        // Calls come only through relays that were asked for it.
        guard !stream.isRelayed, leases.withLock({ $0[stream.peer] != nil }) else {
            return try await stream.write(VarintFrames.frame(StopMessage(.permissionDenied).bytes))
        }
        try await stream.write(VarintFrames.frame(StopMessage(.ok).bytes))
        deadline.cancel()
        let connection = try await host.acceptCircuit(stream, early: reader.rest, from: caller, limit: message.limit)
        logger.debug("called through a relay", metadata: ["by": "\(caller)", "relay": "\(stream.peer)"])
        await connection.waitUntilClosed()
    }

    /// Asks a relay that is connected for a place.
    func reserve(at relay: PeerID) async throws {
        let stream = try await host.openStream(to: relay, [HopMessage.name])
        guard !stream.isRelayed else {
            stream.reset()
            throw HostError.relay(.permissionDenied)
        }
        let deadline = stream.deadline(Self.patience)
        defer {
            deadline.cancel()
            stream.close()
        }
        try await stream.write(VarintFrames.frame(HopMessage(.reserve).bytes))
        var reader = StreamReader(stream)
        guard let bytes = try await reader.frame(limit: HopMessage.maximumSize) else { throw HostError.streamEnded }
        let answer = try HopMessage(bytes: bytes)
        guard answer.kind == .status, answer.status == .ok, let given = answer.reservation, given.expires > now() else {
            throw HostError.relay(answer.status == .ok ? .malformedMessage : answer.status ?? .malformedMessage)
        }
        if let voucher = given.voucher {
            let read = try RelayVoucher(envelope: voucher)
            guard read.relay == relay, read.peer == host.peerID else { throw HostError.relay(.malformedMessage) }
        }
        let lease = Lease(expires: given.expires, addresses: addresses(of: relay, given, seenAt: stream.remoteAddress))
        leases.withLock { $0[relay] = lease }
        tell()
    }

    /// Where the relay says that it can be dialled, and where this node has dialled it.
    private func addresses(of relay: PeerID, _ given: RelayReservation, seenAt seen: Multiaddr?) -> [Multiaddr] {
        let isLocal = seen?.isPublic == false
        let known = host.peerEntry(relay)?.addresses ?? []
        // The other end of an inbound connection is no place to dial.
        let dialled = known.filter { $0 == seen }
        let told = given.addresses.filter { $0.peer == relay.bytes && !$0.isRelayed }.map(\.withoutPeer)
            .filter { $0.isPublic || isLocal }
        return (dialled + told.filter { !dialled.contains($0) }).prefix(Self.addressesPerRelay).map {
            $0.appending(.init(.p2p, relay.bytes), .init(.p2pCircuit))
        }
    }

    /// Forgets places whose time has come or whose relay is gone; `true` where one went.
    func dropLost() {
        let time = now()
        let lost = leases.withLock { leases in
            let count = leases.count
            leases = leases.filter { $0.value.expires > time && host.isDirect($0.key) }
            return leases.count != count
        }
        if lost { tell() }
    }

    /// Gives up all places.
    func dropAll() {
        let had = leases.withLock { leases in
            defer { leases = [:] }
            return !leases.isEmpty
        }
        if had { tell() }
    }

    /// Places that end before `seconds` have passed.
    func ending(within seconds: UInt64) -> [PeerID] {
        let time = now()
        return leases.withLock { $0.filter { $0.value.expires < time + seconds }.map(\.key) }
    }

    private func tell() {
        host.announceCircuits(leases.withLock { $0.values.flatMap(\.addresses) })
    }
}
