/// One sample in Prometheus' data model.
public struct MetricSample: Sendable, Hashable {
    public enum Kind: String, Sendable { case counter, gauge }

    public let name: String
    public let help: String
    public let kind: Kind
    public let labels: [String: String]
    public let value: Double

    public init(_ name: String, _ value: Double, kind: Kind = .gauge, labels: [String: String] = [:], help: String) {
        self.name = name
        self.help = help
        self.kind = kind
        self.labels = labels
        self.value = value
    }
}

/// A service that reports figures about itself at each scrape.
public protocol MetricsSource: Sendable {
    func metrics() async -> [MetricSample]
}
