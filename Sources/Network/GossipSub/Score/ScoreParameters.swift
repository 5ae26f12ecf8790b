/// How a topic's behaviour counts (gossipsub v1.1, peer scoring). Decays are factors a decay interval.
public struct TopicScoreParameters: Sendable {
    public var weight = 1.0
    public var timeInMeshWeight = 0.01
    /// Nanoseconds for one point.
    public var timeInMeshQuantum: UInt64 = 1_000_000_000
    public var timeInMeshCap = 300.0
    public var firstDeliveriesWeight = 1.0
    public var firstDeliveriesDecay = 0.99
    public var firstDeliveriesCap = 50.0
    /// P3, off unless a topic's rate of messages is known.
    public var meshDeliveriesWeight = 0.0
    public var meshDeliveriesDecay = 0.97
    public var meshDeliveriesCap = 20.0
    public var meshDeliveriesThreshold = 4.0
    public var meshDeliveriesActivation: UInt64 = 30_000_000_000
    /// For so long after the first copy, others count as deliveries too.
    public var meshDeliveriesWindow: UInt64 = 10_000_000
    public var meshFailureWeight = 0.0
    public var meshFailureDecay = 0.97
    public var invalidWeight = -20.0
    public var invalidDecay = 0.99

    public init() {}
}

/// How peers are scored, and what a score means.
public struct ScoreParameters: Sendable {
    public var topic = TopicScoreParameters()
    public var topics: [String: TopicScoreParameters] = [:]
    public var topicCap = 100.0
    public var sameAddressWeight = -10.0
    public var sameAddressThreshold = 8
    public var behaviourWeight = -10.0
    public var behaviourThreshold = 0.0
    public var behaviourDecay = 0.986
    public var decayInterval: UInt64 = 1_000_000_000
    public var decayToZero = 0.01
    /// How long a score outlives its peer's connection.
    public var retention: UInt64 = 3_600_000_000_000
    public var maximumRetained = 8192
    public var gossipThreshold = -10.0
    public var publishThreshold = -50.0
    public var graylistThreshold = -80.0
    public var acceptPXThreshold = 10.0
    public var opportunisticGraftThreshold = 1.0

    public init() {}

    func topic(_ name: String) -> TopicScoreParameters { topics[name] ?? topic }
}
