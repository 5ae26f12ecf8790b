import Multiformats
import NodeRecords
import Primitives
import Secp256k1
import TestSupport
import Testing

@testable import Discovery

@Suite("A discovery node")
struct MachineTests {
    @Test("two nodes greet, and each finds the other live")
    func greeting() throws {
        var network = VirtualNetwork()
        try network.add()
        try network.add()
        network.machines[1].addBootNodes([try network.contact(0)], now: network.now)
        network.run(3_000)
        #expect(network.machines[0].table.isLive(network.machines[1].localID))
        #expect(network.machines[1].table.isLive(network.machines[0].localID))
        #expect(network.machines[0].sessions.count == 1 && network.machines[1].sessions.count == 1)
        #expect(network.machines[0].challenges.isEmpty && network.machines[1].challenges.isEmpty)
        #expect(network.machines.allSatisfy { $0.refusals == 0 })
    }

    @Test("a node that is known by its key and address alone gives its record")
    func enode() throws {
        var network = VirtualNetwork()
        try network.add()
        try network.add()
        let known = try network.contact(0)
        let bare = NodeContact(publicKey: known.publicKey, endpoint: known.endpoint, tcp: 0)
        network.machines[1].addBootNodes([bare], now: network.now)
        network.run(2_000)
        #expect(network.machines[1].table[known.nodeID]?.record == network.machines[0].record)
    }

    @Test("both greet at once, and both are answered")
    func crossing() throws {
        var network = VirtualNetwork()
        try network.add()
        try network.add()
        let (one, other) = (try network.contact(0), try network.contact(1))
        let first = network.machines[0].ping(other, now: network.now)
        let second = network.machines[1].ping(one, now: network.now)
        let third = network.machines[1].talk(one, protocol: [1], request: [2], now: network.now)
        network.settle()
        #expect(network.responses(0) == [first])
        #expect(network.responses(1) == [second])
        // The talk request waits for the application's answer.
        let asked = network.events[0].first { if case .talkRequest = $0 { true } else { false } }
        guard case .talkRequest(let id, let from, let name, let request)? = asked else {
            Issue.record("no talk request")
            return
        }
        #expect(id == third && name == [1] && request == [2])
        network.machines[0].answerTalk(id, to: from, response: [3])
        network.settle()
        guard case .response(_, .talkResponse(_, let response)?)? = network.events[1].last else {
            Issue.record("no talk response")
            return
        }
        #expect(response == [3])
    }

    @Test("a node that forgot its sessions is greeted anew")
    func restart() throws {
        var network = VirtualNetwork()
        try network.add()
        try network.add()
        let other = try network.contact(1)
        network.machines[0].ping(other, now: network.now)
        network.settle()
        network.machines[1] = try DiscoveryMachine(
            key: VirtualNetwork.key(1), entries: network.machines[1].record.entries, sequence: 1, generator: SeededGenerator(seed: 1))
        // Several at once: each is challenged, and none is lost.
        let asked = (0..<3).map { _ in network.machines[0].ping(other, now: network.now) }
        network.events[0] = []
        network.settle()
        #expect(Set(network.responses(0)) == Set(asked))
    }

    @Test("whichever datagram gets lost, the nodes find each other later", arguments: 1...6)
    func loss(number: Int) throws {
        var network = VirtualNetwork()
        try network.add()
        try network.add()
        network.loses = { $0 == number }
        network.machines[1].addBootNodes([try network.contact(0)], now: network.now)
        network.run(30_000)
        #expect(network.machines[0].table.isLive(network.machines[1].localID))
        #expect(network.machines[1].table.isLive(network.machines[0].localID))
    }

    @Test("nodes that know one of them find the others, and the nearest to any id")
    func finding() throws {
        var network = VirtualNetwork()
        for _ in 0..<30 { try network.add() }
        let boot = try network.contact(0)
        for number in 1..<30 { network.machines[number].addBootNodes([boot], now: network.now) }
        network.run(40_000)
        for machine in network.machines { #expect(machine.table.liveCount >= 16, "\(machine.table.liveCount)") }
        let target = Keccak256.hash([1, 2, 3])
        let id = network.machines[7].lookup(target, now: network.now)
        network.events[7] = []
        network.settle()
        let found = network.events[7].compactMap { event -> [NodeContact]? in
            if case .lookupEnded(id, let nodes) = event { nodes } else { nil }
        }.first
        let others = network.machines.map(\.localID).filter { $0 != network.machines[7].localID }
        let nearest = others.sorted { NodeDistance(target, $0) < NodeDistance(target, $1) }.prefix(16)
        #expect(found?.map { contact in contact.nodeID } == Array(nearest))
    }

    @Test("a node learns where it is seen, and says so; others learn its new record")
    func votes() throws {
        var network = VirtualNetwork()
        try network.add()
        try network.add(saysItsEndpoint: false)
        network.machines[1].addBootNodes([try network.contact(0)], now: network.now)
        network.run(20_000)
        #expect(network.machines[1].record.udpEndpoint == network.endpoints[1])
        #expect(network.machines[1].record.sequence == 2)
        // Its next ping says that the record is new, and the other asks for it: it can be told to others now.
        network.run(70_000)
        #expect(network.machines[0].table[network.machines[1].localID]?.record == network.machines[1].record)
        try network.machines[1].updateRecord { $0.syncSubnets = 3 }
        network.run(120_000, step: 1_000)
        #expect(network.machines[0].table[network.machines[1].localID]?.record?.syncSubnets == 3)
    }

    @Test("a node is told again with a newer record only")
    func news() throws {
        var network = VirtualNetwork()
        try network.add()
        try network.add()
        network.machines[1].addBootNodes([try network.contact(0)], now: network.now)
        network.run(3_000)
        let address = NodeAddress(id: network.machines[0].localID, endpoint: network.endpoints[0])
        func told() -> [NodeContact] {
            network.events[0].compactMap { event -> NodeContact? in if case .live(let contact) = event { contact } else { nil } }
        }
        let carried = network.carried
        network.events[0] = []
        // It says that it has one, and then gives the old one.
        network.machines[1].send(.ping(RequestID(1), recordSequence: 99), to: address)
        network.settle()
        #expect(told().isEmpty && network.carried == carried + 4)
        try network.machines[1].updateRecord { $0.syncSubnets = 3 }
        let record = network.machines[1].record
        network.machines[1].send(.ping(RequestID(2), recordSequence: record.sequence), to: address)
        network.settle()
        #expect(told().map { contact in contact.record } == [record])
    }

    @Test("checks go on, however many questions strangers provoke")
    func checks() throws {
        var network = VirtualNetwork()
        try network.add()
        for number in 1...10 {
            let stranger = try TableTests.contact(number, "10.1.\(number).1")
            let id = network.machines[0].newRequestID()
            network.machines[0].request(.findNode(id, distances: [0]), of: stranger, for: .record, now: network.now)
        }
        let other = try TableTests.contact(11, "10.1.11.1")
        network.machines[0].table.offer(other, now: network.now)
        network.machines[0].tick(now: network.now)
        let checked = network.machines[0].requests.values.filter { $0.purpose == .liveness }
        #expect(checked.map { request in request.contact } == [other])
    }

    @Test("where this node is seen by IPv6 is compared with its IPv6 address")
    func kinds() throws {
        func place(_ text: String) throws -> NodeEndpoint { NodeEndpoint(address: try #require(IPAddress(text)), port: 9000) }
        let (seen, neighbour) = (try place("fd00::2"), try place("fd00::3"))
        var entries = NodeRecordEntries()
        entries.setUDP(try place("8.8.8.8"))
        var machine = try DiscoveryMachine(key: VirtualNetwork.key(0), entries: entries, sequence: 1)
        machine.seen(at: seen, by: neighbour, now: 1)
        #expect(machine.record.ip6 == seen.address && machine.record.ip4 == IPAddress("8.8.8.8"))
        // A local address does not take a global one's place.
        let global = try place("2600::1")
        entries.setUDP(try place("10.0.0.1"))
        entries.setUDP(global)
        machine = try DiscoveryMachine(key: VirtualNetwork.key(0), entries: entries, sequence: 1)
        machine.seen(at: seen, by: neighbour, now: 1)
        #expect(machine.record.ip6 == global.address)
    }

    @Test("a node that is gone loses its place")
    func leaving() throws {
        var network = VirtualNetwork()
        try network.add()
        try network.add()
        network.machines[1].addBootNodes([try network.contact(0)], now: network.now)
        network.run(3_000)
        #expect(network.machines[0].table.liveCount == 1)
        network.loses = { _ in true }
        network.run(600_000, step: 1_000)
        #expect(network.machines[0].table.count == 0)
    }

    @Test("a node asks nothing of itself")
    func itself() throws {
        var network = VirtualNetwork()
        try network.add()
        let own = try network.contact(0)
        #expect(network.machines[0].ping(own, now: network.now) == nil)
        network.machines[0].addBootNodes([own], now: network.now)
        network.run(1_000)
        #expect(network.carried == 0 && network.machines[0].table.count == 0)
    }
}

extension VirtualNetwork {
    /// The requests of a caller that were answered.
    func responses(_ number: Int) -> [RequestID?] {
        events[number].compactMap { event in if case .response(let id, _?) = event { id } else { nil } }
    }
}
