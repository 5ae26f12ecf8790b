import Foundation
public import HTTPDoor
public import Hummingbird
import JSON
import PrometheusMetrics
import Primitives
public import ServiceInterfaces

/// The DHT's door on port 13337, which libp2p shares: `GET /dht/peers` (this node's own peer id and addresses, the peers that
/// are connected, and those that are not with the reason), `/dht/records/{key}`, `/healthz` and `/metrics`.
public struct DHTDoor: Door {
    public static let name = "DHT"

    private let directory: any PeerDirectory
    private let records: (any RecordDirectory)?
    private let sources: [any MetricsSource]

    /// - Parameters:
    ///   - records: answers `/dht/records/{key}`; without it no record is known.
    ///   - metrics: what `/metrics` tells, beside the process.
    public init(directory: any PeerDirectory, records: (any RecordDirectory)? = nil, metrics: [any MetricsSource] = []) {
        self.directory = directory
        self.records = records
        sources = metrics + [ProcessMetrics()]
    }

    public func router() -> DoorRouter {
        let router = DoorRouter.door()
        router.get("/dht/peers") { _, _ in try Response.json(encoding: await directory.listing()) }
        router.get("/dht/records/:key") { _, context in
            let key = context.parameters.get("key").flatMap { $0.removingPercentEncoding } ?? ""
            guard let record = try await records?.record(key) else { throw DoorError.notFound("no record under '\(key.prefix(100))'") }
            return Response.json([
                "key": .string(record.key), "value": .string(record.value.hex),
                "expires": .string(String(UInt64(max(record.expires, 0)))),
            ])
        }
        router.get("/healthz") { _, _ in
            let listing = await directory.listing()
            return Response.json(["status": "ok", "peers": .string(String(listing.peers.count))])
        }
        router.get("/metrics") { _, _ in
            var samples: [MetricSample] = []
            for source in sources { samples += await source.metrics() }
            return Response.bytes(Array(PrometheusText.render(samples).utf8), type: PrometheusText.mediaType)
        }
        router.refuseOtherMethods()
        return router
    }
}
