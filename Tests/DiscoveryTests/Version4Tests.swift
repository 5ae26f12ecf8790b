import Multiformats
import NodeRecords
import Primitives
import Secp256k1
import TestSupport
import Testing

@testable import Discovery

@Suite("Discovery 4's published packets")
struct Version4PacketTests {
    let key: Secp256k1PrivateKey

    init() throws { key = try Secp256k1PrivateKey(Hash32(hex: Version4Vectors.key)) }

    private func read(_ hex: String) throws -> Version4Message {
        let packet = try Version4Packet([UInt8](hex: hex))
        #expect(packet.sender == key.publicKey)
        return packet.message
    }

    private func place(_ text: String, _ udp: UInt16, _ tcp: UInt16) -> Version4Endpoint {
        Version4Endpoint(address: IPAddress(text), udp: udp, tcp: tcp)
    }

    @Test("pings of this version and of another, with more items and more bytes")
    func pings() throws {
        #expect(
            try read(Version4Vectors.ping4)
                == .ping(
                    version: 4, from: place("127.0.0.1", 3322, 5544), to: place("::1", 2222, 3333), expires: 1_136_239_445,
                    recordSequence: 1))
        #expect(
            try read(Version4Vectors.ping555)
                == .ping(
                    version: 555, from: place("2001:db8:3c4d:15::abcd:ef12", 3322, 5544),
                    to: place("2001:db8:85a3:8d3:1319:8a2e:370:7348", 2222, 33338), expires: 1_136_239_445, recordSequence: nil))
    }

    @Test("a pong, a question and its answer")
    func others() throws {
        let hash = try Hash32(hex: "fbc914b16819237dcd8801d7e53f69e9719adecb3cc0e790c57e91ca4461c954")
        #expect(
            try read(Version4Vectors.pong)
                == .pong(
                    to: place("2001:db8:85a3:8d3:1319:8a2e:370:7348", 2222, 33338), ping: hash, expires: 1_136_239_445, recordSequence: nil)
        )
        guard case .findNode(let target, let expires) = try read(Version4Vectors.findNode) else {
            Issue.record("not a question")
            return
        }
        #expect(target.hex.hasPrefix("0xca634cae0d49acb4") && expires == 1_136_239_445)
        guard case .neighbors(let nodes, _) = try read(Version4Vectors.neighbors) else {
            Issue.record("not an answer")
            return
        }
        #expect(nodes.count == 4)
        #expect(nodes[0].endpoint == place("99.33.22.55", 4444, 4445))
        #expect(nodes[2].endpoint == place("2001:db8:3c4d:15::abcd:ef12", 3333, 3333))
        #expect(nodes[3].key.hex.hasPrefix("0x8dcab8618c3253b5"))
    }

    @Test("what is written reads back")
    func both() throws {
        let one = place("10.0.0.1", 1, 2)
        let record = try NodeRecord(NodeRecordEntries(), sequence: 1, signedBy: key)
        let messages: [Version4Message] = [
            .ping(version: 4, from: one, to: one, expires: 9, recordSequence: 7),
            .ping(version: 4, from: one, to: one, expires: 9, recordSequence: nil),
            .pong(to: one, ping: .zero, expires: 9, recordSequence: 0), .findNode(target: key.publicKey.coordinates, expires: 9),
            .neighbors([.init(endpoint: one, key: key.publicKey.coordinates)], expires: 9), .neighbors([], expires: 9),
            .recordRequest(expires: 9), .recordResponse(request: .zero, record: record.encoded),
        ]
        for message in messages {
            let (bytes, hash) = Version4Packet.datagram(message, by: key)
            let packet = try Version4Packet(bytes)
            #expect(packet.message == message && packet.hash == hash && packet.sender == key.publicKey)
        }
    }

    @Test("every changed bit is noticed, and no mutation traps")
    func mutations() throws {
        let good = try [UInt8](hex: Version4Vectors.ping4)
        for bit in 0..<(good.count * 8) {
            var bytes = good
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!Version4Packet.isOne(bytes))
            #expect(throws: DiscoveryError.self) { try Version4Packet(bytes) }
        }
        // With a hash that fits: the signature decides, then the list.
        var generator = SeededGenerator(seed: 8)
        for hex in [Version4Vectors.ping4, Version4Vectors.pong, Version4Vectors.neighbors] {
            for _ in 0..<200 {
                var rest = Array(try [UInt8](hex: hex)[32...])
                rest[Int.random(in: 0..<rest.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
                rest = Array(rest.prefix(Int.random(in: 60...rest.count, using: &generator)))
                _ = try? Version4Packet(Keccak256.hash(rest).bytes + rest)
            }
        }
        for type in UInt8(0)...7 {
            for data in [[], [0xc0], [0x80], [0xc1, 0xc0], generator.bytes(40)] as [[UInt8]] {
                _ = try? Version4Message(type: type, data: data)
            }
        }
        #expect(throws: DiscoveryError.unknownKind(7)) { try Version4Message(type: 7, data: [0xc0]) }
        #expect(throws: DiscoveryError.self) { try Version4Packet([UInt8](repeating: 0, count: 1_281)) }
    }
}

@Suite("A node of discovery 4")
struct Version4MachineTests {
    /// Nodes, and a clock that the test turns.
    struct Network {
        var machines: [Version4Machine] = []
        var events: [[DiscoveryEvent]] = []
        var inFlight: [(datagram: Datagram, from: NodeEndpoint)] = []
        var now: UInt64 = 1_000
        var unixTime: UInt64 { 1_700_000_000 + now / 1_000 }

        mutating func add() throws {
            let number = machines.count
            var entries = NodeRecordEntries()
            entries.setUDP(try VirtualNetwork.endpoint(number))
            let key = try VirtualNetwork.key(number)
            machines.append(
                Version4Machine(
                    key: key, record: try NodeRecord(entries, sequence: 1, signedBy: key), generator: SeededGenerator(seed: UInt64(number)))
            )
            events.append([])
        }

        func contact(_ number: Int) throws -> NodeContact {
            NodeContact(publicKey: machines[number].record.publicKey, endpoint: try VirtualNetwork.endpoint(number), tcp: 30303)
        }

        mutating func settle() throws {
            repeat {
                for index in machines.indices {
                    let endpoint = try VirtualNetwork.endpoint(index)
                    inFlight += machines[index].takeOutput().map { ($0, endpoint) }
                    events[index] += machines[index].takeEvents()
                }
                let now = inFlight
                inFlight = []
                for (datagram, from) in now {
                    for index in machines.indices where try VirtualNetwork.endpoint(index) == datagram.endpoint {
                        machines[index].receive(datagram.bytes, from: from, now: self.now, unixTime: unixTime)
                    }
                }
            } while !inFlight.isEmpty || machines.contains { !$0.output.isEmpty }
        }

        mutating func run(_ milliseconds: UInt64, step: UInt64 = 250) throws {
            let end = now + milliseconds
            while now < end {
                for index in machines.indices { machines[index].tick(now: now, unixTime: unixTime) }
                try settle()
                now += step
            }
        }
    }

    @Test("two nodes prove their endpoints to each other and exchange their records")
    func proofs() throws {
        var network = Network()
        try network.add()
        try network.add()
        network.machines[1].addBootNodes([try network.contact(0)], now: network.now, unixTime: network.unixTime)
        try network.run(2_000)
        for (one, other) in [(0, 1), (1, 0)] {
            let id = network.machines[other].localID
            #expect(network.machines[one].table.isLive(id))
            #expect(network.machines[one].table[id]?.record == network.machines[other].record)
        }
        #expect(network.machines.allSatisfy { $0.refusals == 0 })
    }

    @Test("the records of several nodes come, though the questions of one second are the same bytes")
    func records() throws {
        var network = Network()
        for _ in 0..<4 { try network.add() }
        let known = [try network.contact(0), try network.contact(1), try network.contact(2)]
        network.machines[3].addBootNodes(known, now: network.now, unixTime: network.unixTime)
        try network.run(500)
        for contact in known {
            #expect(network.machines[3].table[contact.nodeID]?.record?.nodeID == contact.nodeID)
        }
    }

    @Test("nodes that know one of them find the others")
    func finding() throws {
        var network = Network()
        for _ in 0..<20 { try network.add() }
        let boot = try network.contact(0)
        for number in 1..<20 { network.machines[number].addBootNodes([boot], now: network.now, unixTime: network.unixTime) }
        try network.run(40_000)
        for machine in network.machines { #expect(machine.table.liveCount >= 12, "\(machine.table.liveCount)") }
    }

    @Test("a stranger gets a pong and a ping, less than three times what it sent, and no nodes")
    func amplification() throws {
        var network = Network()
        try network.add()
        let stranger = try VirtualNetwork.key(50)
        let endpoint = try VirtualNetwork.endpoint(50)
        // The smallest ping there is.
        let bare = Version4Endpoint(address: IPAddress("0.0.0.0"), udp: 0, tcp: 0)
        let ping = Version4Packet.datagram(
            .ping(version: 0, from: bare, to: bare, expires: network.unixTime, recordSequence: nil), by: stranger)
        network.machines[0].receive(ping.bytes, from: endpoint, now: network.now, unixTime: network.unixTime)
        let answers = network.machines[0].takeOutput()
        #expect(answers.count == 2)
        #expect(answers.reduce(0) { $0 + $1.bytes.count } <= 3 * ping.bytes.count)
        // Pings while one is open are answered by the pong alone.
        network.machines[0].receive(ping.bytes, from: endpoint, now: network.now, unixTime: network.unixTime)
        #expect(network.machines[0].takeOutput().count == 1)
        for message: Version4Message in [
            .findNode(target: stranger.publicKey.coordinates, expires: network.unixTime), .recordRequest(expires: network.unixTime),
        ] {
            let question = Version4Packet.datagram(message, by: stranger)
            network.machines[0].receive(question.bytes, from: endpoint, now: network.now, unixTime: network.unixTime)
        }
        #expect(network.machines[0].takeOutput().isEmpty && network.machines[0].refusals == 2)
    }

    @Test("what is expired, unasked or answers another ping is not read")
    func refused() throws {
        var network = Network()
        try network.add()
        let stranger = try VirtualNetwork.key(50)
        let endpoint = try VirtualNetwork.endpoint(50)
        let bare = Version4Endpoint(address: IPAddress("10.0.0.9"), udp: 1, tcp: 1)
        for message: Version4Message in [
            .ping(version: 4, from: bare, to: bare, expires: network.unixTime - 1, recordSequence: 1),
            .pong(to: bare, ping: .zero, expires: network.unixTime + 9, recordSequence: 1), .neighbors([], expires: network.unixTime + 9),
            .recordResponse(request: .zero, record: network.machines[0].record.encoded),
        ] {
            let datagram = Version4Packet.datagram(message, by: stranger)
            network.machines[0].receive(datagram.bytes, from: endpoint, now: network.now, unixTime: network.unixTime)
        }
        #expect(network.machines[0].takeOutput().isEmpty && network.machines[0].refusals == 4 && network.machines[0].table.count == 0)
    }
}
