public import PeerIdentity

/// Who has a place at this relay and who speaks through it, within bounds. Pure: times are seconds of whoever asks, and who
/// asks holds the lock.
public struct RelayDesk: Sendable {
    public struct Limits: Equatable, Sendable {
        public var reservations = 128
        /// Of peers that come from one address.
        public var reservationsPerAddress = 8
        /// Seconds.
        public var reservationTime: UInt64 = 3_600
        public var circuits = 256
        /// That one peer calls or is called by.
        public var circuitsPerPeer = 16
        /// Of each circuit.
        public var circuit = RelayLimit(duration: 120, data: 1 << 20)

        public init() {}
    }

    private struct Place {
        var expires: UInt64
        var address: String
    }

    public let limits: Limits
    private var places: [PeerID: Place] = [:]
    private var circuits: [PeerID: Int] = [:]
    public private(set) var circuitCount = 0

    public init(limits: Limits = Limits()) { self.limits = limits }

    public var reservationCount: Int { places.count }

    /// Keeps a place for `peer`, or the one that it has for longer; returns when it ends.
    /// - Parameter address: where the peer's connection comes from.
    public mutating func reserve(_ peer: PeerID, from address: String, now: UInt64) throws(RelayStatus) -> UInt64 {
        places = places.filter { $0.value.expires > now }
        if places[peer] == nil {
            guard places.count < limits.reservations else { throw .resourceLimitExceeded }
            guard places.values.count(where: { $0.address == address }) < limits.reservationsPerAddress else {
                throw .reservationRefused
            }
        }
        let expires = now + limits.reservationTime
        places[peer] = Place(expires: expires, address: address)
        return expires
    }

    /// Begins a circuit between two peers; `close` ends it.
    public mutating func open(from caller: PeerID, to called: PeerID, now: UInt64) throws(RelayStatus) {
        guard caller != called else { throw .permissionDenied }
        guard places[called].map({ $0.expires > now }) == true else { throw .noReservation }
        guard circuitCount < limits.circuits, circuits[caller, default: 0] < limits.circuitsPerPeer,
            circuits[called, default: 0] < limits.circuitsPerPeer
        else { throw .resourceLimitExceeded }
        circuitCount += 1
        for peer in [caller, called] { circuits[peer, default: 0] += 1 }
    }

    public mutating func close(from caller: PeerID, to called: PeerID) {
        circuitCount -= 1
        for peer in [caller, called] {
            let left = circuits[peer, default: 1] - 1
            circuits[peer] = left > 0 ? left : nil
        }
    }

    /// A peer that is gone has no place any more.
    public mutating func disconnected(_ peer: PeerID) { places[peer] = nil }
}
