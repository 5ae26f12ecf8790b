import PeerIdentity

/// How many files one peer may announce in a while, so that nobody makes this node fetch and hold without bound.
struct AnnouncementQuota: Sendable {
    static let window = 600.0
    static let limit = 256
    static let maximumPeers = 4096

    private var counts: [PeerID: (start: Double, count: Int)] = [:]

    /// Whether one more announcement of `peer` is within the limit.
    mutating func take(_ peer: PeerID, now: Double) -> Bool {
        var entry = counts[peer] ?? (now, 0)
        if !(0..<Self.window).contains(now - entry.start) { entry = (now, 0) }
        entry.count += 1
        if counts[peer] == nil, counts.count >= Self.maximumPeers { counts = counts.filter { now - $0.value.start < Self.window } }
        guard counts[peer] != nil || counts.count < Self.maximumPeers else { return false }
        counts[peer] = entry
        return entry.count <= Self.limit
    }
}
