public import PeerIdentity

/// What is counted of every peer (gossipsub v1.1). A score outlives a peer's connection and its subscriptions, so that nobody
/// gets rid of a bad one by coming again.
public struct PeerScores: Sendable {
    struct TopicCounts: Sendable {
        var isInMesh = false
        var graftTime: UInt64 = 0
        var meshTime: UInt64 = 0
        var firstDeliveries = 0.0
        var meshDeliveries = 0.0
        var isMeshDeliveriesActive = false
        var meshFailures = 0.0
        var invalid = 0.0
    }

    struct Counts: Sendable {
        var topics: [String: TopicCounts] = [:]
        var address: String?
        var behaviour = 0.0
        /// When it was lost; `nil` while it is here.
        var expires: UInt64?
    }

    let parameters: ScoreParameters
    private var counts: [PeerID: Counts] = [:]
    private var byAddress: [String: Int] = [:]
    private var lastDecay: UInt64 = 0

    public init(_ parameters: ScoreParameters) { self.parameters = parameters }

    /// How many peers anything is kept of.
    public var count: Int { counts.count }

    mutating func add(_ peer: PeerID, address: String?) {
        counts[peer, default: Counts()].expires = nil
        if counts[peer]?.address == nil, let address {
            counts[peer]?.address = address
            byAddress[address, default: 0] += 1
        }
    }

    mutating func remove(_ peer: PeerID, now: UInt64) {
        guard var found = counts[peer] else { return }
        release(&found)
        // A good score is not worth keeping: it would be a credit for those who stay away.
        guard score(peer) < 0 else { return counts[peer] = nil }
        for name in Array(found.topics.keys) { Self.leaveMesh(&found.topics[name, default: TopicCounts()], parameters.topic(name)) }
        found.expires = now + parameters.retention
        counts[peer] = found
        if counts.count > parameters.maximumRetained,
            let oldest = counts.filter({ $0.value.expires != nil }).min(by: { $0.value.expires ?? 0 < $1.value.expires ?? 0 })
        {
            counts[oldest.key] = nil
        }
    }

    private mutating func release(_ found: inout Counts) {
        guard let address = found.address else { return }
        byAddress[address, default: 1] -= 1
        if byAddress[address] == 0 { byAddress[address] = nil }
        found.address = nil
    }

    /// The score of a peer; zero for a stranger.
    public func score(_ peer: PeerID) -> Double {
        guard let found = counts[peer] else { return 0 }
        var total = 0.0
        for (name, topic) in found.topics.sorted(by: { $0.key < $1.key }) {
            let p = parameters.topic(name)
            var sum = 0.0
            if topic.isInMesh { sum += p.timeInMeshWeight * min(Double(topic.meshTime / max(p.timeInMeshQuantum, 1)), p.timeInMeshCap) }
            sum += p.firstDeliveriesWeight * topic.firstDeliveries
            if topic.isMeshDeliveriesActive, topic.meshDeliveries < p.meshDeliveriesThreshold {
                let deficit = p.meshDeliveriesThreshold - topic.meshDeliveries
                sum += p.meshDeliveriesWeight * deficit * deficit
            }
            sum += p.meshFailureWeight * topic.meshFailures + p.invalidWeight * topic.invalid * topic.invalid
            total += p.weight * sum
        }
        total = min(total, parameters.topicCap)
        if let address = found.address, let others = byAddress[address], others > parameters.sameAddressThreshold {
            let surplus = Double(others - parameters.sameAddressThreshold)
            total += parameters.sameAddressWeight * surplus * surplus
        }
        if found.behaviour > parameters.behaviourThreshold {
            let excess = found.behaviour - parameters.behaviourThreshold
            total += parameters.behaviourWeight * excess * excess
        }
        return total
    }

    // MARK: What peers do

    mutating func graft(_ peer: PeerID, _ topic: String, now: UInt64) {
        counts[peer]?.topics[topic, default: TopicCounts()].isInMesh = true
        counts[peer]?.topics[topic]?.graftTime = now
        counts[peer]?.topics[topic]?.meshTime = 0
        counts[peer]?.topics[topic]?.isMeshDeliveriesActive = false
    }

    mutating func prune(_ peer: PeerID, _ topic: String) {
        guard counts[peer]?.topics[topic] != nil else { return }
        Self.leaveMesh(&counts[peer, default: Counts()].topics[topic, default: TopicCounts()], parameters.topic(topic))
    }

    private static func leaveMesh(_ counts: inout TopicCounts, _ p: TopicScoreParameters) {
        if counts.isInMesh, counts.isMeshDeliveriesActive, counts.meshDeliveries < p.meshDeliveriesThreshold {
            let deficit = p.meshDeliveriesThreshold - counts.meshDeliveries
            counts.meshFailures += deficit * deficit
        }
        counts.isInMesh = false
    }

    mutating func firstDelivery(_ peer: PeerID, _ topic: String) {
        let p = parameters.topic(topic)
        guard counts[peer] != nil else { return }
        let before = counts[peer]?.topics[topic] ?? TopicCounts()
        counts[peer]?.topics[topic, default: TopicCounts()].firstDeliveries = min(before.firstDeliveries + 1, p.firstDeliveriesCap)
        meshDelivery(peer, topic)
    }

    mutating func meshDelivery(_ peer: PeerID, _ topic: String) {
        guard let before = counts[peer]?.topics[topic], before.isInMesh else { return }
        counts[peer]?.topics[topic]?.meshDeliveries = min(before.meshDeliveries + 1, parameters.topic(topic).meshDeliveriesCap)
    }

    mutating func invalid(_ peer: PeerID, _ topic: String) {
        guard counts[peer] != nil else { return }
        counts[peer]?.topics[topic, default: TopicCounts()].invalid += 1
    }

    mutating func misbehaved(_ peer: PeerID, _ count: Double = 1) { counts[peer]?.behaviour += count }

    /// Lets counts fade, and forgets those whose time is over.
    mutating func decay(now: UInt64) {
        guard now >= lastDecay + parameters.decayInterval else { return }
        let rounds = lastDecay == 0 ? 1 : min((now - lastDecay) / max(parameters.decayInterval, 1), 1000)
        lastDecay = now
        func fade(_ value: inout Double, _ factor: Double) {
            for _ in 0..<rounds where value != 0 {
                value *= factor
                if value < parameters.decayToZero { value = 0 }
            }
        }
        for (peer, found) in counts {
            if let expires = found.expires {
                if now >= expires { counts[peer] = nil }
                continue
            }
            var found = found
            for (name, topic) in found.topics {
                let p = parameters.topic(name)
                var topic = topic
                fade(&topic.firstDeliveries, p.firstDeliveriesDecay)
                fade(&topic.meshDeliveries, p.meshDeliveriesDecay)
                fade(&topic.meshFailures, p.meshFailureDecay)
                fade(&topic.invalid, p.invalidDecay)
                if topic.isInMesh {
                    // Times are read before the lock is had: a graft may be later than this heartbeat.
                    topic.meshTime = now - min(now, topic.graftTime)
                    if topic.meshTime > p.meshDeliveriesActivation { topic.isMeshDeliveriesActive = p.meshDeliveriesWeight != 0 }
                }
                found.topics[name] = topic
            }
            fade(&found.behaviour, parameters.behaviourDecay)
            counts[peer] = found
        }
    }
}
