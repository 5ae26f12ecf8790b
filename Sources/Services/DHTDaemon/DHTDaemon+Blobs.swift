public import ContentRouting
import KeyValueStore
import PeerIdentity
public import Primitives
public import ServiceInterfaces

extension DHTDaemon: BlobStore {
    public func publish(_ blob: [UInt8]) throws -> Hash32 {
        guard !blob.isEmpty else { throw RoutingError.emptyBlob }
        guard blob.count <= UpdateBlob.maximumLength else { throw RoutingError.blobTooLong(blob.count) }
        let id = SHA256.hash(blob)
        let (bound, stamp) = (limits.blobBytes, Self.stamp(now()))
        try store.write { txn in
            if try txn.contains(id, in: Self.blobTable) { return }
            let held = try txn.count(in: Self.blobTable) * UpdateBlob.maximumLength
            guard held + blob.count <= bound else { throw RoutingError.storeFull(bytes: bound) }
            try txn.put(blob, for: id, in: Self.blobTable)
            try txn.put(stamp, for: id, in: Self.blobTimeTable)
        }
        blobAnnouncements.send(id)
        return id
    }

    public func fetch(_ id: Hash32) throws -> [UInt8]? {
        guard let blob = try store.read({ txn in try txn.value(for: id, in: Self.blobTable) }) else { return nil }
        return SHA256.hash(blob) == id ? blob : nil
    }

    public func announcedBlobs() -> AsyncStream<Hash32> { blobAnnouncements.subscribe() }
}

extension DHTDaemon: PeerDirectory, MetricsSource {
    public func listing() -> PeerListing {
        PeerListing(own: .init(id: identity.description, addresses: addresses), peers: [], records: recordCount())
    }

    private func recordCount() -> Int { (try? store.read { txn in try txn.count(in: Self.recordTable) }) ?? 0 }

    public func metrics() -> [MetricSample] {
        let blobs = (try? store.read { txn in try txn.count(in: Self.blobTable) }) ?? 0
        return [
            MetricSample("dht_records", Double(recordCount()), help: "Records in the DHT store."),
            MetricSample("dht_blobs", Double(blobs), help: "Update files in the content store."),
            MetricSample("dht_peers", 0, help: "Connected DHT peers."),
        ]
    }
}
