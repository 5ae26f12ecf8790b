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

    /// A node with the longest ping and pong: of IPv6, with both ports and milliseconds as its record's number.
    private func longest() throws -> Version4Machine {
        let key = try VirtualNetwork.key(0)
        var entries = NodeRecordEntries()
        entries.setUDP(NodeEndpoint(address: try #require(IPAddress("2001:db8::1")), port: 30303))
        (entries.udp, entries.tcp) = (30303, 30303)
        return Version4Machine(
            key: key, record: try NodeRecord(entries, sequence: 1_700_000_000_000, signedBy: key), generator: SeededGenerator(seed: 1))
    }

    /// The smallest ping that is read: with addresses of no bytes.
    private func shortestPing(_ unixTime: UInt64, by key: Secp256k1PrivateKey) -> [UInt8] {
        let endpoint: [UInt8] = [0xc3, 0x80, 0x80, 0x80]
        let time = UInt32(truncatingIfNeeded: unixTime).bigEndianBytes
        var signed: [UInt8] = [1, 0xce, 0x80]
        signed += endpoint + endpoint
        signed.append(0x84)
        signed += time
        let signature = key.sign(Keccak256.hash(signed))
        let rest = signature.compact + [signature.recoveryID] + signed
        return Keccak256.hash(rest).bytes + rest
    }

    @Test("a stranger gets a pong and a ping, less than three times what it sent, and no nodes")
    func amplification() throws {
        var machine = try longest()
        let (now, unixTime): (UInt64, UInt64) = (1_000, 1_700_000_000)
        let stranger = try VirtualNetwork.key(50)
        let endpoint = NodeEndpoint(address: try #require(IPAddress("2001:db8::2")), port: 9000)
        let ping = shortestPing(unixTime, by: stranger)
        #expect(ping.count == 113)
        machine.receive(ping, from: endpoint, now: now, unixTime: unixTime)
        let answers = machine.takeOutput()
        #expect(answers.count == 2)
        let size = answers.reduce(0) { $0 + $1.bytes.count }
        #expect(size == 326 && size <= 3 * ping.count)
        // Pings while one is open are answered by the pong alone.
        machine.receive(ping, from: endpoint, now: now, unixTime: unixTime)
        #expect(machine.takeOutput().count == 1)
        for message: Version4Message in [
            .findNode(target: stranger.publicKey.coordinates, expires: unixTime), .recordRequest(expires: unixTime),
        ] {
            let question = Version4Packet.datagram(message, by: stranger)
            machine.receive(question.bytes, from: endpoint, now: now, unixTime: unixTime)
        }
        #expect(machine.takeOutput().isEmpty && machine.refusals == 2)
    }

    @Test("two nodes at one endpoint are asked apart, though both pings are the same bytes")
    func sameEndpoint() throws {
        var network = Network()
        try network.add()
        let keys = [try VirtualNetwork.key(50), try VirtualNetwork.key(51)]
        let endpoint = try VirtualNetwork.endpoint(50)
        let nodes = keys.map { NodeContact(publicKey: $0.publicKey, endpoint: endpoint, tcp: 0) }
        network.machines[0].addBootNodes(nodes, now: network.now, unixTime: network.unixTime)
        let sent = network.machines[0].takeOutput()
        #expect(sent.count == 2 && Set(sent).count == 1)
        let hash = try Version4Packet(sent[0].bytes).hash
        for key in keys {
            let pong = Version4Message.pong(to: Version4Endpoint(endpoint), ping: hash, expires: network.unixTime, recordSequence: nil)
            let datagram = Version4Packet.datagram(pong, by: key)
            network.machines[0].receive(datagram.bytes, from: endpoint, now: network.now, unixTime: network.unixTime)
        }
        #expect(network.machines[0].refusals == 0 && network.machines[0].table.liveCount == 2)
    }

    @Test("strangers use up half of this node's pings at most, and do not stop its checks")
    func pings() throws {
        let key = try VirtualNetwork.key(0)
        var configuration = DiscoveryConfiguration()
        configuration.requests = 24
        var machine = Version4Machine(
            key: key, record: try NodeRecord(NodeRecordEntries(), sequence: 1, signedBy: key), configuration: configuration,
            generator: SeededGenerator(seed: 1))
        let (now, unixTime): (UInt64, UInt64) = (1_000, 1_700_000_000)
        let place = Version4Endpoint(try VirtualNetwork.endpoint(0))
        for number in 50..<80 {
            let ping = Version4Message.ping(version: 4, from: place, to: place, expires: unixTime, recordSequence: nil)
            let datagram = Version4Packet.datagram(ping, by: try VirtualNetwork.key(number))
            machine.receive(datagram.bytes, from: try VirtualNetwork.endpoint(number), now: now, unixTime: unixTime)
        }
        #expect(machine.pings.count == 12 && machine.takeOutput().count == 30 + 12)
        let other = try TableTests.contact(1, "10.1.1.1")
        machine.table.offer(other, now: now)
        machine.tick(now: now, unixTime: unixTime)
        #expect(machine.pings[other.address]?.isCheck == true)
    }

    @Test("a search is one lookup, by turns for this node's neighbours and elsewhere")
    func searches() throws {
        var network = Network()
        try network.add()
        for number in 1...5 {
            let contact = try TableTests.contact(number, "10.1.\(number).1")
            network.machines[0].table.offer(contact, now: network.now)
            network.machines[0].table.answered(contact.nodeID, now: network.now)
        }
        var targets: [FixedBytes<64>] = []
        while network.now < 30_000 {
            network.machines[0].tick(now: network.now, unixTime: network.unixTime)
            let open = network.machines[0].lookups.values.map { entry in entry.target }
            #expect(open.count <= 1)
            if let target = open.first, target != targets.last { targets.append(target) }
            network.now += 250
        }
        let own = network.machines[0].record.publicKey.coordinates
        #expect(targets.map { $0 == own } == [true, false, true])
    }

    @Test("a proof that is over has to be renewed before nodes are told")
    func renewal() throws {
        var network = Network()
        try network.add()
        let key = try VirtualNetwork.key(50)
        let endpoint = try VirtualNetwork.endpoint(50)
        let address = NodeAddress(id: key.publicKey.nodeID, endpoint: endpoint)
        network.machines[0].note(address, now: network.now) { $0.pong = 1_000 }
        func ask() {
            let question = Version4Message.findNode(target: key.publicKey.coordinates, expires: network.unixTime)
            let datagram = Version4Packet.datagram(question, by: key)
            network.machines[0].receive(datagram.bytes, from: endpoint, now: network.now, unixTime: network.unixTime)
        }
        ask()
        #expect(network.machines[0].takeOutput().count == 1)
        network.now += 12 * 3_600_000
        ask()
        #expect(network.machines[0].takeOutput().isEmpty && network.machines[0].refusals == 1)
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
