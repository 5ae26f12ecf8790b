import Multiformats
import NodeRecords
import Primitives
import Secp256k1
import TestSupport
import Testing

@testable import Discovery

@Suite("A discovery node among strangers")
struct HostileTests {
    /// A message for `network`'s first node that it cannot read, of the smallest size that is taken.
    private func unreadable(_ network: VirtualNetwork, _ generator: inout SeededGenerator) throws -> [UInt8] {
        var packet = DiscoveryPacket(
            .message(source: Keccak256.hash(generator.bytes(8))), nonce: PacketNonce(generator.bytes(12)) ?? PacketNonce(),
            maskingIV: generator.bytes(16))
        packet.message = generator.bytes(16)
        return try packet.datagram(for: network.machines[0].localID)
    }

    /// A network of one node that keeps so many challenges.
    private func network(challenges: Int) throws -> VirtualNetwork {
        var network = VirtualNetwork()
        var configuration = DiscoveryConfiguration()
        configuration.challenges = challenges
        try network.add(configuration: configuration)
        return network
    }

    @Test("nothing is answered with more bytes than it had")
    func amplification() throws {
        var network = VirtualNetwork()
        try network.add()
        var generator = SeededGenerator(seed: 1)
        for number in 1...50 {
            let datagram = try unreadable(network, &generator)
            network.machines[0].receive(datagram, from: try VirtualNetwork.endpoint(number), now: network.now)
            let answers = network.machines[0].takeOutput()
            #expect(answers.count == 1)
            #expect(answers.reduce(0) { $0 + $1.bytes.count } <= datagram.count)
        }
    }

    @Test("a flood is answered within its budget, and leaves no more than is kept")
    func flood() throws {
        var network = try self.network(challenges: 20)
        var generator = SeededGenerator(seed: 2)
        let attacker = try VirtualNetwork.endpoint(1)
        for _ in 0..<500 { network.machines[0].receive(try unreadable(network, &generator), from: attacker, now: network.now) }
        #expect(network.machines[0].takeOutput().count <= Int(network.machines[0].configuration.challengeBurst))
        for number in 2..<200 {
            network.machines[0].receive(try unreadable(network, &generator), from: try VirtualNetwork.endpoint(number), now: network.now)
        }
        #expect(network.machines[0].challenges.count <= 20)
        network.machines[0].tick(now: network.now + 5_000)
        #expect(network.machines[0].challenges.isEmpty)
    }

    @Test("a newcomer is challenged, however many challenges are open")
    func newcomer() throws {
        var network = try self.network(challenges: 3)
        var generator = SeededGenerator(seed: 5)
        for number in 1...4 {
            let datagram = try unreadable(network, &generator)
            network.machines[0].receive(datagram, from: try VirtualNetwork.endpoint(number), now: network.now + UInt64(number))
            #expect(network.machines[0].takeOutput().count == 1)
        }
        let open = Set(network.machines[0].challenges.keys.map { address in address.endpoint })
        let latest = try (2...4).map { try VirtualNetwork.endpoint($0) }
        #expect(open == Set(latest))
    }

    @Test("the addresses of one IPv6 network share a budget")
    func sharedBudget() throws {
        var network = VirtualNetwork()
        try network.add()
        var generator = SeededGenerator(seed: 6)
        for number in 1...100 {
            let address = try #require(IPAddress("2600::\(number)"))
            network.machines[0].receive(
                try unreadable(network, &generator), from: NodeEndpoint(address: address, port: 9000), now: network.now)
        }
        #expect(network.machines[0].takeOutput().count == Int(network.machines[0].configuration.challengeBurst))
    }

    @Test("a challenge that nothing asked for, a second one, and one from elsewhere are not answered")
    func challenges() throws {
        var network = VirtualNetwork()
        try network.add()
        try network.add()
        let other = try network.contact(1)
        let asked = network.machines[0].ping(other, now: network.now)
        let id = try #require(asked)
        let nonce = try #require(network.machines[0].requests[id]?.nonce)
        _ = network.machines[0].takeOutput()
        func challenge(_ nonce: PacketNonce) throws -> [UInt8] {
            try DiscoveryPacket(
                .challenge(idNonce: FixedBytes<16>(), recordSequence: 0), nonce: nonce, maskingIV: [UInt8](repeating: 3, count: 16)
            ).datagram(for: network.machines[0].localID)
        }
        network.machines[0].receive(try challenge(PacketNonce()), from: other.endpoint, now: network.now)
        network.machines[0].receive(try challenge(nonce), from: try VirtualNetwork.endpoint(5), now: network.now)
        #expect(network.machines[0].takeOutput().isEmpty && network.machines[0].refusals == 2)
        network.machines[0].receive(try challenge(nonce), from: other.endpoint, now: network.now)
        #expect(network.machines[0].takeOutput().count == 1)
        network.machines[0].receive(try challenge(nonce), from: other.endpoint, now: network.now)
        #expect(network.machines[0].takeOutput().isEmpty && network.machines[0].refusals == 3)
    }

    @Test("a handshake is taken once, from its endpoint, and not in another's name")
    func replay() throws {
        var network = VirtualNetwork()
        try network.add()
        try network.add()
        let other = try network.contact(1)
        network.machines[0].ping(other, now: network.now)
        let first = network.machines[0].takeOutput()[0]
        network.machines[1].receive(first.bytes, from: network.endpoints[0], now: network.now)
        network.machines[0].receive(network.machines[1].takeOutput()[0].bytes, from: network.endpoints[1], now: network.now)
        let handshake = network.machines[0].takeOutput()[0]
        // From another endpoint there is no challenge to answer.
        network.machines[1].receive(handshake.bytes, from: try VirtualNetwork.endpoint(9), now: network.now)
        #expect(network.machines[1].sessions.count == 0 && network.machines[1].refusals == 1)
        network.machines[1].receive(handshake.bytes, from: network.endpoints[0], now: network.now)
        #expect(network.machines[1].sessions.count == 1 && network.machines[1].refusals == 1)
        network.machines[1].receive(handshake.bytes, from: network.endpoints[0], now: network.now)
        #expect(network.machines[1].sessions.count == 1 && network.machines[1].refusals == 2)
    }

    @Test("a good handshake begins a session, though its message cannot be read")
    func unknownMessage() throws {
        var network = VirtualNetwork()
        try network.add()
        try network.add()
        let distances = [Int](repeating: 1, count: DiscoveryMessage.maximumDistances + 1)
        network.machines[0].findNode(try network.contact(1), distances: distances, now: network.now)
        network.settle()
        #expect(network.machines[1].sessions.count == 1 && network.machines[1].refusals == 1)
        #expect(network.machines[1].table[network.machines[0].localID] != nil)
    }

    @Test("a spoiled handshake ends nothing that was there, and a few of them end the challenge")
    func spoiled() throws {
        var network = VirtualNetwork()
        try network.add()
        try network.add()
        let other = try network.contact(1)
        network.machines[0].ping(other, now: network.now)
        network.settle()
        // The same node without its sessions greets anew.
        let before = network.machines[0]
        network.machines[0] = try DiscoveryMachine(
            key: VirtualNetwork.key(0), entries: before.record.entries, sequence: 1, generator: SeededGenerator(seed: 9))
        network.machines[0].ping(other, now: network.now)
        network.machines[1].receive(network.machines[0].takeOutput()[0].bytes, from: network.endpoints[0], now: network.now)
        network.machines[0].receive(network.machines[1].takeOutput()[0].bytes, from: network.endpoints[1], now: network.now)
        let handshake = network.machines[0].takeOutput()[0].bytes
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            var bytes = handshake
            bytes[Int.random(in: 16..<bytes.count, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
            network.machines[1].receive(bytes, from: network.endpoints[0], now: network.now)
        }
        #expect(network.machines[1].challenges[NodeAddress(id: network.machines[0].localID, endpoint: network.endpoints[0])] == nil)
        // The session that was there still serves.
        network.machines[0] = before
        network.events[0] = []
        let asked = network.machines[0].ping(other, now: network.now)
        network.settle()
        #expect(network.responses(0) == [asked] && network.machines[1].sessions.count == 1)
    }

    @Test("records at distances that were not asked for, of this node, or of places out of reach are not believed")
    func lies() throws {
        var network = VirtualNetwork()
        try network.add()
        try network.add()
        let liar = try network.contact(1)
        network.machines[0].ping(liar, now: network.now)
        network.settle()
        let asked = network.machines[0].findNode(liar, distances: [256], now: network.now)
        let id = try #require(asked)
        var (near, far, loop) = (NodeRecord?.none, NodeRecord?.none, NodeRecord?.none)
        var number = 100
        while near == nil || far == nil || loop == nil {
            var entries = NodeRecordEntries()
            entries.setUDP(NodeEndpoint(address: try #require(IPAddress(loop == nil ? "127.0.0.1" : "10.0.0.77")), port: 1))
            let record = try NodeRecord(entries, sequence: 1, signedBy: VirtualNetwork.key(number))
            let isFar = NodeDistance(liar.nodeID, record.nodeID).log2 == 256
            if isFar, loop == nil { loop = record } else if isFar { far = record } else if loop != nil { near = record }
            number += 1
        }
        let records = [near, far, loop].compactMap(\.self) + [network.machines[0].record]
        _ = network.machines[1].takeOutput()
        network.machines[1].send(
            .nodes(id, total: 1, records: records), to: NodeAddress(id: network.machines[0].localID, endpoint: network.endpoints[0]))
        network.events[0] = []
        network.settle()
        guard case .response(_, .nodes(_, _, let believed)?)? = network.events[0].last else {
            Issue.record("no answer")
            return
        }
        #expect(believed == [far].compactMap(\.self))
    }

    @Test("arbitrary datagrams neither trap nor leave anything")
    func garbage() throws {
        var network = VirtualNetwork()
        try network.add()
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<2_000 {
            let bytes = generator.bytes(Int.random(in: 0..<1_400, using: &generator))
            network.machines[0].receive(bytes, from: try VirtualNetwork.endpoint(1), now: network.now)
            network.now += 20
        }
        #expect(network.machines[0].takeOutput().isEmpty)
        #expect(network.machines[0].table.count == 0 && network.machines[0].refusals == 2_000)
    }
}
