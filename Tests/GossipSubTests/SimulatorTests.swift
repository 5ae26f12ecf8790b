import GossipSimulator
import GossipSub
import Testing

@Suite("Gossipsub in virtual time")
struct SimulatorTests {
    private static func simulator(seed: UInt64, floods: Bool = true, lossy: Bool = false) -> GossipSimulator {
        var setting = GossipSimulator.Setting()
        setting.nodes = 24
        setting.parameters.signing = .strictNoSign
        setting.parameters.floodPublish = floods
        setting.parameters.messageID = { Array($0.topic.utf8) + $0.data.prefix(8) }
        var simulator = GossipSimulator(setting, topics: ["t"], seed: seed)
        simulator.run(3_000_000_000)
        for index in 0..<8 {
            simulator.publish([UInt8](repeating: UInt8(index), count: 2048), on: "t", by: index * 3 % 24, after: UInt64(index) * 50_000_000)
        }
        simulator.run(5_000_000_000)
        return simulator
    }

    @Test("every message reaches every node once, over meshes within their bounds")
    func spreads() {
        let simulator = Self.simulator(seed: 7, floods: false)
        #expect(simulator.deliveries.count == 8)
        for (_, delivery) in simulator.deliveries {
            #expect(delivery.times.count == 24)
            let slowest = delivery.times.values.max() ?? .max
            #expect(slowest - delivery.published < 1_000_000_000)
        }
        for router in simulator.routers {
            #expect((3...12).contains(router.meshPeers("t").count))
            #expect(router.meshPeers("t").allSatisfy { router.score($0) >= 0 })
        }
    }

    @Test("the same seed gives the same trace, another one another")
    func deterministic() {
        let (one, two, three) = (Self.simulator(seed: 1), Self.simulator(seed: 1), Self.simulator(seed: 2))
        #expect(one.trace == two.trace && one.bytesSent == two.bytesSent)
        #expect(one.trace != three.trace)
    }
}
