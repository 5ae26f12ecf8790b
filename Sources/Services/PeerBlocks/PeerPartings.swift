public import BeaconWire
public import PeerIdentity
import Synchronization

/// Lets go of a node's peers: each is told why once, however many of the node's sides find at one time that it must go.
public final class PeerPartings: Sendable {
    private let requests: PeerRequests
    private let part: @Sendable (PeerID, GoodbyeReason) async -> Void
    /// Who is told goodbye now.
    private let leaving = Mutex<Set<PeerID>>([])

    /// - Parameter part: closes the connection, and keeps from seeking the peer for a while.
    public init(_ requests: PeerRequests, part: @escaping @Sendable (PeerID, GoodbyeReason) async -> Void = { _, _ in }) {
        (self.requests, self.part) = (requests, part)
    }

    /// Tells a peer goodbye, which need not listen, and lets go of it.
    func leave(_ peer: PeerID, _ reason: GoodbyeReason) async {
        guard leaving.withLock({ $0.insert(peer).inserted }) else { return }
        try? await requests.goodbye(reason, to: peer)
        await part(peer, reason)
        leaving.withLock { _ = $0.remove(peer) }
    }

    /// Lets go of a peer that said goodbye itself. It is no fault of the peer.
    func takeLeave(of peer: PeerID, _ reason: GoodbyeReason) async { await part(peer, reason) }
}
