import PeerIdentity

/// Servers that failed, and until when they are passed over: a time that doubles with each failure in a row.
struct ServerBans: Sendable {
    /// Seconds after the first failure (Petals' `ban_timeout`), and the most.
    static let (shortest, longest) = (15.0, 3600.0)
    static let maximumServers = 4096

    private var failures: [PeerID: (count: Int, until: Double)] = [:]

    mutating func failed(_ peer: PeerID, now: Double) {
        if failures.count >= Self.maximumServers { failures = failures.filter { $0.value.until > now } }
        guard failures.count < Self.maximumServers || failures[peer] != nil else { return }
        let count = (failures[peer]?.count ?? 0) + 1
        failures[peer] = (count, now + min(Self.shortest * Double(1 << min(count - 1, 20)), Self.longest))
    }

    mutating func succeeded(_ peer: PeerID) { failures[peer] = nil }

    func isBanned(_ peer: PeerID, now: Double) -> Bool { failures[peer].map { $0.until > now } ?? false }
}
