public import LibP2P
public import LibP2PProtocols
public import Logging
import Multiformats
public import PeerIdentity
import Synchronization

/// A node's dealings with NATs: finds out whether others can dial it; relays for others where they can, and keeps places at
/// relays where they cannot; turns calls through relays into direct connections.
public final class NATTraversal: Sendable {
    private struct State {
        var tally = ReachabilityTally()
        /// Peers that were asked or that refused, and when they may be asked again.
        var asked: [PeerID: ContinuousClock.Instant] = [:]
        var refused: [PeerID: ContinuousClock.Instant] = [:]
        /// Addresses that peers found this node at, and that it tells others since.
        var witnessed: Set<Multiaddr> = []
    }

    private static let mostWitnessed = 4

    public let setting: NATSetting
    public let relay: RelayService
    private let host: Host
    private let autoNAT: AutoNATService
    private let dialRequests: DialRequestService
    private let asker: DialRequestAsker
    private let client: RelayClient
    private let puncher: HolePuncher
    private let logger: Logger
    private let placesChanged: @Sendable () async -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - now: Unix seconds.
    ///   - placesChanged: this node can be called elsewhere from now on, and its peers know it.
    public init(
        host: Host, setting: NATSetting = .init(), now: @escaping @Sendable () -> UInt64, logger: Logger,
        placesChanged: @escaping @Sendable () async -> Void = {}
    ) {
        (self.host, self.setting, self.logger, self.placesChanged) = (host, setting, logger, placesChanged)
        relay = RelayService(host: host, limits: setting.relay, now: now, logger: logger)
        autoNAT = AutoNATService(host: host, limits: setting.dialBack, now: now)
        dialRequests = DialRequestService(host: host, limits: setting.dialRequests, now: now)
        asker = DialRequestAsker(host: host)
        client = RelayClient(host: host, now: now, logger: logger)
        puncher = HolePuncher(host: host, grace: setting.grace, logger: logger)
        if setting.servesAutoNAT {
            autoNAT.serve()
            dialRequests.serve()
        }
        if setting.servesRelay, setting.skipsAutoNAT { relay.serve() }
        guard setting.usesRelays else { return }
        client.serve()
        puncher.serve()
        asker.serve()
    }

    /// Whether others can dial this node, as far as it knows.
    public var reachability: ReachabilityTally.Reachability { state.withLock { $0.tally.reachability } }
    /// Relays at which this node has a place.
    public var relays: [PeerID] { client.relays }

    /// Runs until it is cancelled or the events end.
    public func run(_ events: AsyncStream<HostEvent>) async {
        await withDiscardingTaskGroup { tasks in
            if setting.usesRelays {
                tasks.addTask { await self.probe() }
                tasks.addTask { await self.keepPlaces() }
            }
            for await event in events {
                switch event {
                case .connected: break
                case .identified(let peer):
                    guard setting.usesRelays, host.isCalledBy(peer) else { continue }
                    tasks.addTask { await self.puncher.upgrade(peer) }
                case .disconnected(let peer): if !host.isDirect(peer) { relay.disconnected(peer) }
                }
            }
            tasks.cancelAll()
        }
    }

    /// Asks now and then, and more often while the answers do not agree.
    private func probe() async {
        guard !setting.skipsAutoNAT else { return }
        var wait = setting.firstProbe
        while (try? await Task.sleep(for: wait)) != nil {
            await askOne()
            wait = state.withLock { $0.tally.isSure } ? setting.sureInterval : setting.probeInterval
        }
    }

    private func askOne() async {
        let time = ContinuousClock.now
        let due = state.withLock { state in
            state.asked = state.asked.filter { $0.value > time }
            return host.connectedPeers.filter { state.asked[$0] == nil }
        }
        guard
            let peer = due.shuffled().first(where: {
                (speaks(DialRequestMessage.name, $0) || speaks(AutoNATMessage.name, $0)) && host.isDirect($0)
            })
        else { return }
        // A server of v1 answers three times a minute.
        state.withLock { $0.asked[peer] = time + setting.probeInterval / 2 }
        let own = host.listenAddresses.filter { !$0.isRelayed }
        do {
            let reached = try await reachedAddress(by: peer, own)
            let (before, now) = state.withLock { state in
                let before = state.tally.reachability
                state.tally.add(reached: reached != nil)
                return (before, state.tally.reachability)
            }
            if let reached, !own.contains(reached), isWitnessed(reached) {
                host.announce([reached])
                await host.pushIdentify()
            }
            if now != before { await turn(to: now) }
        } catch {
            state.withLock { $0.asked[peer] = time + .seconds(60) }
            logger.debug("AutoNAT has no answer", metadata: ["peer": "\(peer)", "reason": "\(error)"])
        }
    }

    /// Asks by AutoNAT v2 about what is public, where the peer speaks it: its answer can be checked. Otherwise by v1.
    private func reachedAddress(by peer: PeerID, _ own: [Multiaddr]) async throws -> Multiaddr? {
        let seen = host.peerEntry(peer)?.observedAddress.map { [$0] } ?? []
        let addresses = seen + own.filter { !seen.contains($0) }
        let open = addresses.filter { setting.dialRequests.dialsLocal || $0.isPublic }
        if speaks(DialRequestMessage.name, peer), !open.isEmpty || !speaks(AutoNATMessage.name, peer) {
            return try await asker.firstReached(of: open, by: peer)
        }
        return try await host.askReachability(peer, at: addresses)
    }

    /// Whether an address may be told to others: two peers at least see this node there, and few were found in this way before. One
    /// peer alone could have this node announce somebody else's.
    private func isWitnessed(_ address: Multiaddr) -> Bool {
        guard address.isPublic else { return false }
        let witnesses = host.connectedPeers.filter { host.isDirect($0) && host.peerEntry($0)?.observedAddress == address }
        guard witnesses.count >= 2 else { return false }
        return state.withLock { state in
            guard state.witnessed.count < Self.mostWitnessed else { return false }
            state.witnessed.insert(address)
            return true
        }
    }

    private func turn(to reachability: ReachabilityTally.Reachability) async {
        logger.info("Whether others can dial this node: \(reachability.rawValue)")
        guard setting.servesRelay else { return }
        if reachability == .public { relay.serve() } else { relay.stop() }
        await host.pushIdentify()
    }

    /// Keeps places at relays while this node needs them.
    private func keepPlaces() async {
        while (try? await Task.sleep(for: setting.reserveInterval)) != nil {
            let before = client.relays
            client.dropLost()
            if setting.skipsAutoNAT && !setting.servesRelay || reachability == .private {
                await takePlaces()
            } else {
                client.dropAll()
            }
            guard Set(client.relays) != Set(before) else { continue }
            await host.pushIdentify()
            await placesChanged()
        }
    }

    private func takePlaces() async {
        let time = ContinuousClock.now
        let refused = state.withLock { state in
            state.refused = state.refused.filter { $0.value > time }
            return state.refused
        }
        let held = Set(client.relays)
        let free = host.connectedPeers.filter {
            speaks(HopMessage.name, $0) && host.isDirect($0) && !held.contains($0) && refused[$0] == nil
        }
        let wanted = client.ending(within: 300) + free.prefix(max(0, setting.relays - held.count))
        for peer in wanted {
            do {
                try await client.reserve(at: peer)
                if !held.contains(peer) { logger.info("Has a place at a relay", metadata: ["relay": "\(peer)"]) }
            } catch {
                state.withLock { $0.refused[peer] = time + .seconds(60) }
                logger.debug("no place at a relay", metadata: ["relay": "\(peer)", "reason": "\(error)"])
            }
        }
    }

    private func speaks(_ name: String, _ peer: PeerID) -> Bool { host.peerEntry(peer)?.protocols.contains(name) == true }
}
