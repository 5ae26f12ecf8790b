import BeaconGossip
import BeaconTypes
import BeaconWire
import ContentNetwork
import ContentRouting
import GossipSub
import GossipValidation

extension ScoreParameters {
    /// How peers are scored by what they send on this chain's topics.
    static func chain(_ genesis: ChainGenesis) -> ScoreParameters {
        let forkDigest = genesis.beacon.forkDigest
        return .beacon(genesis.spec) { BeaconTopic(forkDigest, $0.name).wireName }
    }
}

extension TopicCoding {
    /// Topics as Ethereum's consensus network has them, ours among them: the same in every role.
    static func chain(_ forkDigest: ForkDigest) -> TopicCoding {
        TopicCoding(
            wireName: { BeaconTopic(forkDigest, $0.name).wireName }, encode: { GossipPayload.encode($0) },
            decode: { GossipPayload.decode($0) },
            messageID: { GossipPayload.messageID(topic: $0, data: $1) })
    }
}
