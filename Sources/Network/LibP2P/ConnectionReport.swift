public import LibP2PProtocols
public import Multiformats
public import PeerIdentity
import Synchronization

/// A peer as its host sees it now.
public struct ConnectionReport: Sendable {
    public let peer: PeerID
    /// The other end of the newest connection.
    public let remoteAddress: Multiaddr?
    public let isInbound: Bool
    public let isRelayed: Bool
    /// What the relay grants the connection, where it says so.
    public let relayLimit: RelayLimit?
    /// How long the oldest connection has lived.
    public let age: Duration

    /// Whom the connection is counted under: the IPv4 address, or the /64 of the IPv6 one. `nil` where many share one, on this machine
    /// and behind a relay.
    public var origin: [UInt8]? {
        guard !isRelayed, let address = remoteAddress, !address.isLoopback, let ip = address.ip else { return nil }
        return ip.count == 16 ? Array(ip.prefix(8)) : ip
    }
}

extension Host {
    /// Every peer that is connected.
    public func connectionReports() -> [ConnectionReport] {
        let now = ContinuousClock.now
        return state.withLock { state in
            state.connections.compactMap { peer, connections in
                guard let first = connections.first, let last = state.connection(to: peer) else { return nil }
                return ConnectionReport(
                    peer: peer, remoteAddress: last.remoteAddress, isInbound: last.isInbound, isRelayed: last.isRelayed,
                    relayLimit: last.relayLimit, age: now - first.opened)
            }
        }
    }

    /// Why peers could not be reached when they were dialled last.
    public var dialFailures: [PeerID: String] { state.withLock { $0.dialFailures } }

    /// Peers of which anything is known.
    public var knownPeers: [PeerID] { state.withLock { $0.peerstore.peers } }

    /// Adds addresses of a peer that somebody else named.
    public func learn(_ addresses: [Multiaddr], of peer: PeerID) { state.withLock { $0.peerstore.add(addresses, of: peer) } }

    func noteDial(_ peer: PeerID, failure: String?) {
        state.withLock { state in
            if let failure, state.dialFailures[peer] == nil, state.dialFailures.count >= 1024 {
                _ = state.dialFailures.popFirst()
                state.dialFailures[peer] = failure
            } else {
                state.dialFailures[peer] = failure
            }
        }
    }
}
