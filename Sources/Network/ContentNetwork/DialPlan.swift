import LibP2P
import PeerIdentity

/// When known peers that are not connected are dialled: each after waits that double, for ever.
///
/// Who could not be reached and is here again shows that the network is back: the others are dialled at once. And a node that
/// has nobody does not wait for minutes, however long that lasts.
struct DialPlan {
    /// The longest wait of a node without peers.
    static let longestLonelyWait: Duration = .seconds(30)
    static let maximumPeers = 4096

    private var avoided: [PeerID: ContinuousClock.Instant] = [:]
    private var failed: [PeerID: (backoff: DialBackoff, time: ContinuousClock.Instant)] = [:]

    /// How many peers were not reached when they were dialled last.
    var count: Int { failed.count }

    func isDue(_ peer: PeerID, now: ContinuousClock.Instant) -> Bool {
        avoided[peer].map { $0 <= now } ?? true && failed[peer].map { $0.time <= now } ?? true
    }

    /// Leaves a peer alone that is of no use, however it is reached.
    mutating func avoid(_ peer: PeerID, until time: ContinuousClock.Instant) {
        if avoided.count >= Self.maximumPeers { avoided = [:] }
        avoided[peer] = time
    }

    /// Takes note of who is connected.
    mutating func see(_ connected: Set<PeerID>, now: ContinuousClock.Instant) {
        let returned = connected.filter { failed.removeValue(forKey: $0) != nil }
        guard !returned.isEmpty else { return }
        for peer in Array(failed.keys) { failed[peer]?.time = now }
    }

    /// Takes note of a dial that failed.
    /// - Parameters:
    ///   - isLonely: whether nobody is connected.
    ///   - jitter: 0 to 1.
    mutating func fail(_ peer: PeerID, isLonely: Bool, jitter: Double, now: ContinuousClock.Instant) {
        var backoff = failed[peer]?.backoff ?? DialBackoff()
        let wait = backoff.failed(jitter: jitter)
        failed[peer] = (backoff, now + (isLonely ? min(wait, Self.longestLonelyWait) : wait))
        if failed.count > Self.maximumPeers { failed = [:] }
    }
}
