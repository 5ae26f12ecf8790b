import ContentShelves
import PeerIdentity
public import ServiceInterfaces

extension DHTDaemon: PeerDirectory, MetricsSource {
    public func listing() -> PeerListing {
        PeerListing(own: .init(id: identity.description, addresses: addresses), peers: [], records: recordCount())
    }

    private func recordCount() -> Int { (try? records.count()) ?? 0 }

    public func metrics() -> [MetricSample] {
        [
            MetricSample("dht_records", Double(recordCount()), help: "Records in the DHT store."),
            MetricSample("dht_blobs", Double((try? blobs.count()) ?? 0), help: "Update files in the content store."),
            MetricSample("dht_peers", 0, help: "Connected DHT peers."),
        ]
    }
}
