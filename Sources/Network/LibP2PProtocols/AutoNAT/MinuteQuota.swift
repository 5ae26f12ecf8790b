import PeerIdentity

/// How often peers were served in the minute that runs: all together, and each.
struct MinuteQuota: Sendable {
    private var minute: UInt64 = 0
    private var total = 0
    private var byPeer: [PeerID: Int] = [:]

    /// Counts one more, unless the minute has had `all`, or `each` of this peer.
    /// - Parameter now: seconds.
    mutating func take(_ peer: PeerID, all: Int, each: Int, now: UInt64) -> Bool {
        if now / 60 != minute { (minute, total, byPeer) = (now / 60, 0, [:]) }
        guard total < all, byPeer[peer, default: 0] < each else { return false }
        total += 1
        byPeer[peer, default: 0] += 1
        return true
    }
}
