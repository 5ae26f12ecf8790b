public import PeerIdentity
import Synchronization

/// What happens to a host's connections.
public enum HostEvent: Equatable, Sendable {
    /// The first connection to a peer.
    case connected(PeerID)
    /// A connected peer said who it is and what it speaks.
    case identified(PeerID)
    /// The last connection to a peer is gone.
    case disconnected(PeerID)
}

extension Host {
    /// What happens from now on. Peers that are connected already come first, as if they came now.
    public func events() -> AsyncStream<HostEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: HostEvent.self)
        state.withLock { state in
            for peer in state.connections.keys {
                continuation.yield(.connected(peer))
                if state.peerstore[peer]?.protocols.isEmpty == false { continuation.yield(.identified(peer)) }
            }
            if state.isClosed { continuation.finish() } else { state.observers.append(continuation) }
        }
        return stream
    }

    func tell(_ event: HostEvent) {
        state.withLock { state in
            state.observers.removeAll {
                if case .terminated = $0.yield(event) { true } else { false }
            }
        }
    }
}
