import ContentNetwork
import ContentRouting
import ContentShelves
import GossipSub
import Kademlia
import LibP2P
import Multiformats
import NATTraversal
import PeerIdentity
public import ServiceInterfaces

extension DHTDaemon: PeerDirectory, MetricsSource, RecordDirectory {
    public func listing() -> PeerListing {
        var own = PeerListing.Peer(id: identity.description, addresses: addresses)
        guard let network else { return PeerListing(own: own, peers: [], records: recordCount()) }
        own.addresses = network.host.listenAddresses.map(\.description)
        own.agent = network.setting.agent
        let reports = network.host.connectionReports().sorted { $0.age > $1.age }
        let connected = Set(reports.map(\.peer))
        var unreachable = network.host.dialFailures.filter { !connected.contains($0.key) }.map { peer, reason in
            var shown = PeerListing.Peer(
                id: peer.description, addresses: (network.host.peerEntry(peer)?.addresses ?? []).map(\.description))
            shown.reason = reason
            return shown
        }
        unreachable += network.joinFailures.map { address, reason in
            var shown = PeerListing.Peer(id: "", addresses: [address])
            shown.reason = reason
            return shown
        }
        return PeerListing(
            own: own, peers: reports.map { peer($0, of: network) }, records: recordCount(),
            unreachable: unreachable.sorted { ($0.id, $0.addresses.first ?? "") < ($1.id, $1.addresses.first ?? "") })
    }

    private func peer(_ report: ConnectionReport, of network: ContentNetwork) -> PeerListing.Peer {
        let entry = network.host.peerEntry(report.peer)
        var peer = PeerListing.Peer(id: report.peer.description, addresses: (entry?.addresses ?? []).map(\.description))
        peer.agent = entry?.agent
        peer.connectedSeconds = report.age / .seconds(1)
        peer.latencyMilliseconds = entry?.latency.map { $0 / .milliseconds(1) }
        peer.score = network.gossip.score(report.peer)
        peer.direction = report.isInbound ? "inbound" : "outbound"
        if report.isRelayed { peer.isRelayed = true }
        return peer
    }

    /// The live record under a key, here or in the network.
    public func record(_ key: String) async throws -> RecordListing? {
        guard let record = try await get(RecordKey(key)) else { return nil }
        return RecordListing(key: key, value: record.value, expires: record.expires)
    }

    private func recordCount() -> Int { (try? records.count()) ?? 0 }

    public func metrics() -> [MetricSample] {
        var samples = [
            MetricSample("dht_records", Double(recordCount()), help: "Records in the DHT store."),
            MetricSample("dht_blobs", Double((try? blobs.count()) ?? 0), help: "Update files in the content store."),
            MetricSample("dht_peers", Double(network?.host.connectedPeers.count ?? 0), help: "Connected DHT peers."),
        ]
        if let network {
            samples += [
                MetricSample("dht_table_peers", Double(network.node.tableSize), help: "Peers in the DHT's routing table."),
                MetricSample(
                    "dht_relayed_peers", Double(network.host.connectionReports().count(where: \.isRelayed)),
                    help: "Connected DHT peers that are reached through a relay."),
                MetricSample("dht_relays", Double(network.traversal.relays.count), help: "Relays at which this node has a place."),
                MetricSample(
                    "dht_relay_places", Double(network.traversal.relay.reservationCount), help: "Places that peers have at this relay."),
                MetricSample(
                    "dht_relay_circuits", Double(network.traversal.relay.circuitCount), help: "Connections that run through this relay."),
                MetricSample("dht_requests", Double(network.node.requestCount), help: "DHT requests sent since the start."),
            ]
        }
        return samples
    }
}
