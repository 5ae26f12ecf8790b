import BeaconTypes
import GossipSimulator
import GossipSub
import GossipValidation
import Testing

@testable import BeaconGossip

/// The scores of the chain's topics, in virtual time.
@Suite("Scores of honest and hostile peers")
struct ScoreTests {
    private static func wireName(_ name: String) -> String { "/eth2/01020304/\(name)/ssz_snappy" }
    private static let (block, vote) = (wireName("beacon_block"), wireName("beacon_attestation_3"))
    private static let parameters = ScoreParameters.beacon(.pol) { wireName($0.name) }

    /// What the first byte of a message stands for.
    private enum Kind {
        static let good: UInt8 = 0
        /// Nobody honest forwards it.
        static let invalid: UInt8 = 1
        /// A vote of a branch that half of the nodes do not have yet.
        static let otherBranch: UInt8 = 2
        /// A head that is not there: its parents are looked for.
        static let lyingHead: UInt8 = 3
    }

    /// Sixteen nodes of which the first one floods the others with what they refuse or do not know, while three others publish.
    private static func simulator(seed: UInt64) -> GossipSimulator {
        var setting = GossipSimulator.Setting()
        (setting.nodes, setting.dials) = (16, 5)
        setting.parameters.signing = .strictNoSign
        setting.parameters.messageID = { Array($0.topic.utf8) + $0.data.prefix(4) }
        setting.scoring = parameters
        setting.judge = { node, message in
            guard node != 0 else { return .accept }
            switch message.data.first {
            case Kind.invalid: return .reject
            case Kind.otherBranch: return node % 2 == 0 ? .accept : .ignore
            case Kind.lyingHead: return .ignore
            default: return .accept
            }
        }
        var simulator = GossipSimulator(setting, topics: [block, vote], seed: seed)
        simulator.run(3_000_000_000)
        for index in 0..<60 as Range<UInt64> {
            let number = UInt8(index)
            for (kind, topic) in [(Kind.invalid, block), (Kind.invalid, vote), (Kind.otherBranch, vote), (Kind.lyingHead, block)] {
                simulator.publish([kind, number, 9, UInt8(kind)], on: topic, by: 0, after: index * 50_000_000)
            }
            for node in [1, 2, 3] {
                simulator.publish([Kind.good, number, UInt8(node), 0], on: block, by: node, after: index * 50_000_000)
                simulator.publish([Kind.otherBranch, number, UInt8(node), 1], on: vote, by: 2 * node, after: index * 50_000_000)
            }
        }
        simulator.run(10_000_000_000)
        return simulator
    }

    @Test("No honest peer loses a point for what its neighbours send, and who floods is heard no more", arguments: 0..<12 as Range<UInt64>)
    func noHonestPeerIsBanned(seed: UInt64) {
        let simulator = Self.simulator(seed: seed)
        let flooder = GossipSimulator.peer(0)
        var neighbours = 0
        for one in 1..<16 {
            for other in 1..<16 where other != one {
                #expect(simulator.routers[one].score(GossipSimulator.peer(other)) >= 0, "\(one) of \(other), seed \(seed)")
            }
            let score = simulator.routers[one].score(flooder)
            guard score != 0 else { continue }
            neighbours += 1
            #expect(score < Self.parameters.graylistThreshold)
        }
        #expect(neighbours > 0)
        let good = simulator.deliveries.filter { id, _ in
            id.dropLast(4).elementsEqual(Self.block.utf8) && id.suffix(4).first == Kind.good
        }
        #expect(good.count == 3 * 60)
        for delivery in good.values { #expect(Set(delivery.times.keys).isSuperset(of: 1..<16)) }
    }

    /// The score of a peer after so many invalid messages of a topic.
    private func score(_ topic: String, invalid count: Int) -> Double {
        var router = GossipRouter(
            local: GossipSimulator.peer(1), key: nil,
            parameters: {
                var parameters = GossipParameters()
                parameters.signing = .strictNoSign
                parameters.messageID = { $0.data }
                return parameters
            }(), scoring: Self.parameters, seed: 1, firstSequence: 0)
        let peer = GossipSimulator.peer(2)
        router.subscribe(topic, now: 1)
        router.addPeer(peer, version: .v12, isOutbound: false, address: nil, now: 1)
        for number in 0..<count {
            var rpc = GossipRPC()
            rpc.messages = [PubSubMessage(topic: topic, data: [UInt8(number)])]
            router.receive(rpc, from: peer, now: 2)
            router.validated([UInt8(number)], .reject, now: 2)
        }
        return router.score(peer)
    }

    @Test("One invalid message costs no peer its place, two are talked to less, and three blocks or four votes end it")
    func thresholds() {
        let limits = Self.parameters
        for topic in [Self.block, Self.vote, Self.wireName("ack_contradiction")] {
            #expect(score(topic, invalid: 1) > limits.gossipThreshold, "\(topic)")
            #expect(score(topic, invalid: 2) <= limits.gossipThreshold, "\(topic)")
            #expect(score(topic, invalid: 2) > limits.graylistThreshold, "\(topic)")
        }
        #expect(score(Self.block, invalid: 3) < limits.graylistThreshold)
        #expect(score(Self.vote, invalid: 4) <= limits.graylistThreshold)
        #expect(score(Self.vote, invalid: 5) < limits.graylistThreshold)
    }
}
