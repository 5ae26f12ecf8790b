public import PeerIdentity

/// By how much the clocks of peers differ from this machine's, and what that says of this machine's.
public struct ClockOffsets: Sendable {
    /// A clock this much off, in seconds, makes votes and blocks come late or early.
    public static let tolerance = 1.0
    static let maximumPeers = 64

    private var offsets: [PeerID: Double] = [:]

    public init() {}

    /// Takes a sample.
    ///
    /// - Parameters:
    ///   - remote: the peer's clock, in seconds, somewhere between `sent` and `received` of this machine's.
    public mutating func take(_ peer: PeerID, remote: Double, sent: Double, received: Double) {
        guard received >= sent, offsets[peer] != nil || offsets.count < Self.maximumPeers else { return }
        let (middle, reach) = ((sent + received) / 2, (received - sent) / 2)
        // What a slow line hides is no difference.
        let offset = remote - middle
        offsets[peer] = abs(offset) <= reach ? 0 : offset
    }

    public mutating func forget(_ peer: PeerID) { offsets[peer] = nil }

    /// Keeps the samples of these peers.
    public mutating func keep(_ peers: Set<PeerID>) { offsets = offsets.filter { peers.contains($0.key) } }

    public var count: Int { offsets.count }

    /// The median of what peers' clocks are ahead: half of the peers would have to lie to move it.
    public var median: Double {
        let sorted = offsets.values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// What to tell the operator, if anything.
    public var complaint: String? {
        guard abs(median) >= Self.tolerance else { return nil }
        let seconds = (abs(median) * 10).rounded() / 10
        let whom = count == 1 ? "its only peer" : "its \(count) peers (by their median)"
        return "This machine's clock is \(seconds) s \(median > 0 ? "behind" : "ahead of") that of \(whom): set it, by NTP for one; "
            + "until then its votes and blocks come too \(median > 0 ? "late" : "early")"
    }
}
