public import HTTPDoor
public import Hummingbird
public import ServiceInterfaces

/// `GET /metrics` on port 9090: what every service reports about itself, and the process as a whole.
public struct MetricsDoor: Door {
    public static let name = "metrics"

    private let sources: [any MetricsSource]

    /// - Parameter sources: asked at each scrape, in this order. ``ProcessMetrics`` is always asked too.
    public init(sources: [any MetricsSource]) {
        self.sources = sources + [ProcessMetrics()]
    }

    public func router() -> DoorRouter {
        let router = DoorRouter.door()
        router.get("/metrics") { _, _ in
            var samples: [MetricSample] = []
            for source in sources { samples += await source.metrics() }
            return Response.bytes(Array(PrometheusText.render(samples).utf8), type: PrometheusText.mediaType)
        }
        router.get("/") { _, _ in
            Response.bytes(Array("metrics are at /metrics\n".utf8), type: "text/plain; charset=utf-8")
        }
        router.refuseOtherMethods()
        return router
    }
}
