import LibP2P
import LibP2PProtocols
import Logging
import Multiformats
import PeerIdentity
import Synchronization

/// Turns relayed connections into direct ones (libp2p specs, DCUtR).
final class HolePuncher: Sendable {
    static let attempts = 3
    static let patience: Duration = .seconds(5)
    /// Peers that are punched to at a time.
    static let atOnce = 16
    /// Addresses of one message that are dialled.
    static let mostDialled = 8
    /// How often a peer is answered in a minute.
    static let answersAMinute = 3

    /// Whom this node answers, and whom it has answered of late.
    private struct Answering {
        var running: Set<PeerID> = []
        var recent: [PeerID: [ContinuousClock.Instant]] = [:]
    }

    private let host: Host
    private let grace: Duration
    private let logger: Logger
    private let active = Mutex<Set<PeerID>>([])
    private let answering = Mutex(Answering())
    private let start = ContinuousClock.now

    init(host: Host, grace: Duration, logger: Logger) { (self.host, self.grace, self.logger) = (host, grace, logger) }

    private var now: UInt64 { UInt64((ContinuousClock.now - start) / .nanoseconds(1)) }

    /// Dials with whoever asks for it over a relayed connection, from now on.
    func serve() {
        host.handle(HolePunchMessage.name) { [weak self] stream in try await self?.answer(stream) }
    }

    /// Where others may reach this node: as they see it, and where it listens in the open.
    private var own: [Multiaddr] {
        let seen = host.observedAddresses.prefix(4)
        return seen + host.listenAddresses.filter { $0.isPublic && !seen.contains($0) }
    }

    private func answer(_ stream: PeerStream) async throws {
        guard stream.isRelayed else { throw HostError.refused("hole punching is for relayed connections") }
        // Where both called each other, the one with the smaller id begins.
        if active.withLock({ $0.contains(stream.peer) }), host.peerID.bytes.lexicographicallyPrecedes(stream.peer.bytes) {
            throw HostError.refused("both ask for hole punching, and this side begins")
        }
        // One at a time for a peer, few in all, and each peer only so often: every answer is a number of dials to where it says.
        let peer = stream.peer
        guard admit(peer) else { throw HostError.refused("too many ask for hole punching") }
        defer { answering.withLock { $0.running.remove(peer) } }
        let deadline = stream.deadline(.seconds(20))
        defer { deadline.cancel() }
        var reader = StreamReader(stream)
        var machine = HolePunchMachine(own: own)
        while let bytes = try await reader.frame(limit: HolePunchMessage.maximumSize) {
            switch try machine.receive(HolePunchMessage(bytes: bytes), now: now) {
            case .send(let message), .sendAndDial(let message, _, after: _):
                try await stream.write(VarintFrames.frame(message.bytes))
            case .dial(let addresses):
                deadline.cancel()
                let few = Array(addresses.prefix(Self.mostDialled))
                if await dial(peer, few, asDialer: true) { await settle(peer) }
                return
            }
        }
    }

    private func admit(_ peer: PeerID) -> Bool {
        let time = ContinuousClock.now
        return answering.withLock { answering in
            answering.recent = answering.recent.compactMapValues { times in
                let kept = times.filter { $0 > time - .seconds(60) }
                return kept.isEmpty ? nil : kept
            }
            guard answering.running.count < Self.atOnce, !answering.running.contains(peer),
                answering.recent[peer]?.count ?? 0 < Self.answersAMinute, answering.recent.count < 1024
            else { return false }
            answering.running.insert(peer)
            answering.recent[peer, default: []].append(time)
            return true
        }
    }

    /// Tries to reach a peer directly that called through a relay.
    func upgrade(_ peer: PeerID) async {
        let isNew = active.withLock { active in active.count < Self.atOnce && active.insert(peer).inserted }
        guard isNew else { return }
        defer { active.withLock { _ = $0.remove(peer) } }
        // A peer that anyone can dial is dialled.
        let open = (host.peerEntry(peer)?.addresses ?? []).filter(\.isPublic)
        if !open.isEmpty, await within(Self.patience, { try await self.host.connect(to: peer, at: open, directly: true) }) {
            return await settle(peer)
        }
        for attempt in 1...Self.attempts where !host.isDirect(peer) && host.isCalledBy(peer) {
            do {
                guard try await punch(peer) else { continue }
                logger.info("Reached a peer directly that was behind a relay", metadata: ["peer": "\(peer)", "attempt": "\(attempt)"])
                return await settle(peer)
            } catch {
                logger.debug("hole punching failed", metadata: ["peer": "\(peer)", "reason": "\(error)"])
                return
            }
        }
    }

    private func punch(_ peer: PeerID) async throws -> Bool {
        let stream = try await host.openStream(to: peer, [HolePunchMessage.name])
        defer { stream.close() }
        let deadline = stream.deadline(.seconds(20))
        defer { deadline.cancel() }
        var reader = StreamReader(stream)
        var machine = HolePunchMachine(own: own)
        try await stream.write(VarintFrames.frame(machine.begin(now: now).bytes))
        guard let bytes = try await reader.frame(limit: HolePunchMessage.maximumSize) else { throw HostError.streamEnded }
        guard case .sendAndDial(let message, let addresses, let wait) = try machine.receive(HolePunchMessage(bytes: bytes), now: now)
        else { throw HostError.streamEnded }
        try await stream.write(VarintFrames.frame(message.bytes))
        try await Task.sleep(for: .nanoseconds(wait))
        return await dial(peer, addresses, asDialer: false)
    }

    private func dial(_ peer: PeerID, _ addresses: [Multiaddr], asDialer: Bool) async -> Bool {
        let reached = await within(Self.patience) { try await self.host.punch(peer, at: addresses, asDialer: asDialer) }
        // The other's dial may have come in by the listener.
        return reached || host.isDirect(peer)
    }

    /// The direct connection takes over; the relayed one ends after a while, and what runs over it begins anew.
    private func settle(_ peer: PeerID) async {
        try? await Task.sleep(for: grace)
        await host.closeCircuits(to: peer)
    }

    private func within<Value: Sendable>(_ patience: Duration, _ body: @escaping @Sendable () async throws -> Value) async -> Bool {
        await withTaskGroup(of: Bool.self) { tasks in
            tasks.addTask { (try? await body()) != nil }
            tasks.addTask {
                try? await Task.sleep(for: patience)
                return false
            }
            defer { tasks.cancelAll() }
            return await tasks.next() ?? false
        }
    }
}
