public import BeaconWire
import LibP2P
import PeerIdentity

extension PeerRequests {
    /// Tells all peers at once that this node goes.
    ///
    /// - Parameter time: who has not taken it by then is left without, so that no peer keeps a node from stopping.
    public func farewell(_ reason: GoodbyeReason, within time: Duration) async {
        let peers = host.connectedPeers.filter { host.peerEntry($0)?.protocols.contains(RequestProtocol.goodbye.id) == true }
        guard !peers.isEmpty else { return }
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        // Not of a group: that would wait for the last of them.
        var tasks = peers.map { peer in
            Task {
                try? await goodbye(reason, to: peer)
                end.yield()
            }
        }
        tasks.append(
            Task {
                try? await Task.sleep(for: time)
                end.finish()
            })
        var left = peers.count
        for await _ in ends {
            left -= 1
            if left == 0 { break }
        }
        for task in tasks { task.cancel() }
    }
}
