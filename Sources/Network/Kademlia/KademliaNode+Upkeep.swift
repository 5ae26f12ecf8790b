public import LibP2P
import PeerIdentity
import Synchronization

extension KademliaNode {
    /// How often the own neighbourhood is looked up again.
    public static let refreshInterval: Duration = .seconds(600)

    /// Keeps the routing table: takes in peers that serve the DHT as they come, asks old ones whether they live, and looks up
    /// its own place now and then. Ends with the host's events, or cancelled.
    public func run(_ events: AsyncStream<HostEvent>) async {
        await withDiscardingTaskGroup { tasks in
            tasks.addTask {
                for await event in events { await self.take(event) }
            }
            tasks.addTask {
                while (try? await Task.sleep(for: Self.refreshInterval / 10)) != nil { await self.checkStale() }
            }
            tasks.addTask {
                while (try? await Task.sleep(for: Self.refreshInterval)) != nil { await self.refresh() }
            }
        }
    }

    private func take(_ event: HostEvent) async {
        guard case .identified(let peer) = event, let entry = host.peerEntry(peer) else { return }
        guard entry.protocols.contains(where: protocols.contains) else { return }
        let (time, isNew) = (now(), state.withLock { !$0.table.contains(peer) })
        state.withLock { _ = $0.table.seen(peer, addresses: entry.addresses, now: time) }
        // The first peers are asked who else there is.
        if isNew, tableSize <= RoutingTable.bucketSize { await refresh() }
    }

    /// Looks up the own place, and one at random.
    public func refresh() async {
        _ = await closestPeers(to: host.peerID.bytes)
        _ = await closestPeers(to: (0..<32).map { _ in UInt8.random(in: 0...255) })
    }

    private func checkStale() async {
        let (time, limit) = (now(), UInt64(Self.refreshInterval / .seconds(1)))
        state.withLock { $0.providers.expire(now: time) }
        let stale = state.withLock { $0.table.stale(before: time > limit ? time - limit : 0) }
        for peer in stale.prefix(16) {
            _ = try? await ask(KademliaMessage.Peer(id: peer, addresses: host.peerEntry(peer)?.addresses ?? []), KademliaMessage(.ping))
        }
    }
}
