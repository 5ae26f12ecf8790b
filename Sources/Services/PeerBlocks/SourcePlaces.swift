import LibP2P
import PeerIdentity

/// Who is asked for blocks. Anybody can connect, repeat a node's own status to it and answer nothing more, as often as it likes: so those
/// that came by themselves have half of the places, and one address has a few. The rest is for peers that this node dialled.
struct SourcePlaces {
    /// Peers that are asked; more would only make the questions more.
    static let limit = 32
    static let inboundLimit = 16
    static let addressLimit = 4

    private struct Place {
        let isInbound: Bool
        /// Whom a stranger is counted under; `nil` of peers that this node dialled.
        let origin: [UInt8]?

        init(_ report: ConnectionReport) {
            (isInbound, origin) = (report.isInbound, report.isInbound ? report.origin : nil)
        }
    }

    private var places: [PeerID: Place] = [:]

    var count: Int { places.count }

    /// Whether a peer that has no place can have one.
    func hasRoom(for peer: PeerID, _ report: ConnectionReport?) -> Bool {
        guard let report, places[peer] == nil, places.count < Self.limit else { return false }
        let place = Place(report)
        if place.isInbound, places.values.count(where: \.isInbound) >= Self.inboundLimit { return false }
        return place.origin == nil || places.values.count { $0.origin == place.origin } < Self.addressLimit
    }

    /// Gives a peer a place.
    ///
    /// - Returns: whether it has one now and had none before.
    mutating func take(_ peer: PeerID, _ report: ConnectionReport?) -> Bool {
        guard let report, hasRoom(for: peer, report) else { return false }
        places[peer] = Place(report)
        return true
    }

    /// - Returns: whether it had a place.
    mutating func remove(_ peer: PeerID) -> Bool { places.removeValue(forKey: peer) != nil }
}
