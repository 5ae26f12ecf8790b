import LibP2P
import Multiformats
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
        /// Where a stranger comes from: its IPv4 address, or the /64 of its IPv6 one. `nil` where many share one, on this machine and
        /// behind a relay, and of peers that this node dialled.
        let origin: [UInt8]?

        init(_ report: ConnectionReport) {
            isInbound = report.isInbound
            guard report.isInbound, !report.isRelayed, let address = report.remoteAddress, !address.isLoopback else {
                origin = nil
                return
            }
            // IPv4 in IPv6's clothes is IPv4: the /64 of all that would be one.
            let ip = address.ip ?? address.components.first?.value
            origin = ip.map { $0.count == 16 ? Array($0.prefix(8)) : $0 }
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
