import LibP2PProtocols
import Multiformats
import PeerIdentity

/// What is known of a connection before its handshake.
struct ConnectionAttempt: Sendable {
    /// A connection that runs over a stream of a relay.
    struct Relayed: Sendable {
        /// The relay's address with `/p2p-circuit`.
        var address: Multiaddr
        /// What the relay grants it.
        var limit: RelayLimit?
    }

    /// Whether it counts as one that came.
    var isInbound: Bool
    /// The handshake's role. Where both sides dialled at once it says nothing about who came.
    var isDialer: Bool
    /// What it is counted by.
    var address: String
    /// The peer that must answer; `nil` accepts any.
    var peer: PeerID?
    var relayed: Relayed?
    /// Whether it leaves from a port that this host listens on.
    var leavesFromListener = false
    /// Whether it only finds out that the peer answers: nobody learns of it.
    var isProbe = false
}
