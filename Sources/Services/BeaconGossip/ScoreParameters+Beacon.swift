public import BeaconTypes
import Foundation
public import GossipSub
public import GossipValidation

extension ScoreParameters {
    /// How peers of the chain's topics are scored. Every number's reason stands in `docs/network.md`, Scores.
    ///
    /// - Parameter wireName: of a topic among peers.
    public static func beacon(_ spec: BeaconSpec, wireName: (GossipTopic) -> String) -> ScoreParameters {
        var scores = ScoreParameters()
        let decay = DecayRate(slot: max(Double(spec.config.slotDurationMs) / 1000, 1))
        scores.topicCap = 50
        (scores.gossipThreshold, scores.publishThreshold, scores.graylistThreshold) = (-40, -80, -160)
        scores.acceptPXThreshold = 10
        scores.behaviourThreshold = 6
        scores.behaviourDecay = decay.factor(slots: 10)
        scores.topic = .rare(decay)
        scores.topics[wireName(.beaconBlock)] = .blocks(decay)
        scores.topics[wireName(.beaconAggregateAndProof)] = .frequent(decay, worth: 5)
        scores.topics[wireName(.syncCommitteeContributionAndProof)] = .frequent(decay, worth: 2)
        scores.topics[wireName(.updateAck)] = .frequent(decay, worth: 5)
        // Subnets share what one topic is worth: 64 of them would otherwise outweigh everything.
        let (subnets, syncSubnets) = (spec.config.attestationSubnetCount, Constant.syncCommitteeSubnetCount)
        for subnet in 0..<subnets {
            scores.topics[wireName(.beaconAttestation(subnet: subnet))] = .frequent(decay, worth: 5 / Double(subnets))
        }
        for subnet in 0..<syncSubnets {
            scores.topics[wireName(.syncCommittee(subnet: subnet))] = .frequent(decay, worth: 2 / Double(syncSubnets))
        }
        return scores
    }
}

/// Half-lives in slots as factors of a decay interval, which is a second.
private struct DecayRate {
    let slot: Double

    func factor(slots: Double) -> Double { pow(0.5, 1 / (slots * slot)) }
}

extension TopicScoreParameters {
    /// What one invalid message costs on any topic but blocks, times their number squared.
    private static let invalidCost = -10.0

    /// Deliveries that are worth `worth` points in all, and invalid messages that cost the same whatever they are worth.
    private static func topic(_ decay: DecayRate, worth: Double, cap: Double, memory: Double, invalid: Double) -> TopicScoreParameters {
        var topic = TopicScoreParameters()
        topic.weight = 1
        topic.timeInMeshQuantum = UInt64(decay.slot * 1_000_000_000)
        (topic.timeInMeshWeight, topic.timeInMeshCap) = (worth / 10 / 100, 100)
        (topic.firstDeliveriesWeight, topic.firstDeliveriesCap) = (worth / cap, cap)
        topic.firstDeliveriesDecay = decay.factor(slots: memory)
        (topic.invalidWeight, topic.invalidDecay) = (invalid, decay.factor(slots: 50))
        return topic
    }

    fileprivate static func blocks(_ decay: DecayRate) -> TopicScoreParameters {
        topic(decay, worth: 10, cap: 20, memory: 20, invalid: 2 * invalidCost)
    }

    fileprivate static func frequent(_ decay: DecayRate, worth: Double) -> TopicScoreParameters {
        topic(decay, worth: worth, cap: 100, memory: 10, invalid: invalidCost)
    }

    /// Topics on which there is nothing for hours.
    fileprivate static func rare(_ decay: DecayRate) -> TopicScoreParameters {
        topic(decay, worth: 1, cap: 4, memory: 100, invalid: invalidCost)
    }
}
