public import LibP2P
import PeerIdentity
import Synchronization

extension KademliaNode {
    /// How often the own neighbourhood is looked up again.
    public static let refreshInterval: Duration = .seconds(600)

    /// Peers below which it is looked up ten times as often.
    static let few = 8

    /// Keeps the routing table: takes in peers that serve the DHT as they come, asks old ones whether they live, and looks up
    /// its own place now and then. Ends with the host's events, or cancelled.
    public func run(_ events: AsyncStream<HostEvent>) async {
        await withDiscardingTaskGroup { tasks in
            tasks.addTask {
                while (try? await Task.sleep(for: Self.refreshInterval / 10)) != nil { await self.checkStale() }
            }
            tasks.addTask {
                var rounds = 0
                while (try? await Task.sleep(for: Self.refreshInterval / 10)) != nil {
                    rounds += 1
                    // With few peers there may be others that came after them.
                    if rounds % 10 == 0 || self.tableSize < Self.few { await self.refresh() }
                }
            }
            for await event in events {
                // The first peers are asked who else there is; those who come meanwhile are not kept waiting.
                if take(event), begin() { tasks.addTask { await self.refreshWhileAsked() } }
            }
            tasks.cancelAll()
        }
    }

    /// Takes a peer that serves the DHT into the table; whether others are to be asked for.
    private func take(_ event: HostEvent) -> Bool {
        guard case .identified(let peer) = event, let entry = host.peerEntry(peer) else { return false }
        guard entry.protocols.contains(where: protocols.contains) else { return false }
        let time = now()
        return state.withLock { state in
            let isNew = !state.table.contains(peer)
            _ = state.table.seen(peer, addresses: entry.addresses, now: time)
            return isNew && state.table.count <= RoutingTable.bucketSize
        }
    }

    /// Whether nobody refreshes yet; who does is told to do so once more.
    private func begin() -> Bool {
        state.withLock { state in
            defer { state.refreshes = min(state.refreshes + 1, 2) }
            return state.refreshes == 0
        }
    }

    private func refreshWhileAsked() async {
        repeat {
            await refresh()
        } while state.withLock { state in
            state.refreshes -= 1
            return state.refreshes > 0
        }
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
