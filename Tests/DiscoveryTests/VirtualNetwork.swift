import Multiformats
import NodeRecords
import Primitives
import Secp256k1
import TestSupport
import Testing

@testable import Discovery

/// Machines that hand each other datagrams, in one process and at a clock that the test turns.
struct VirtualNetwork {
    var machines: [DiscoveryMachine] = []
    var endpoints: [NodeEndpoint] = []
    var now: UInt64 = 1_000
    var events: [[DiscoveryEvent]] = []
    /// Datagrams that arrived nowhere yet, with their senders.
    var inFlight: [(datagram: Datagram, from: NodeEndpoint)] = []
    /// Whether a datagram gets lost: its number, from the first.
    var loses: (Int) -> Bool = { _ in false }
    var carried = 0

    static func key(_ number: Int) throws -> Secp256k1PrivateKey {
        try Secp256k1PrivateKey(Keccak256.hash(UInt64(number + 1).bigEndianBytes))
    }

    static func endpoint(_ number: Int) throws -> NodeEndpoint {
        NodeEndpoint(address: try #require(IPAddress("10.0.\(number / 200).\(number % 200 + 1)")), port: 9000)
    }

    @discardableResult
    mutating func add(configuration: DiscoveryConfiguration = .init(), saysItsEndpoint: Bool = true) throws -> Int {
        let number = machines.count
        let endpoint = try Self.endpoint(number)
        var entries = NodeRecordEntries()
        if saysItsEndpoint { entries.setUDP(endpoint) }
        machines.append(
            try DiscoveryMachine(
                key: Self.key(number), entries: entries, sequence: 1, configuration: configuration,
                generator: SeededGenerator(seed: UInt64(number) + 77)))
        endpoints.append(endpoint)
        events.append([])
        return number
    }

    func contact(_ number: Int) throws -> NodeContact { try #require(NodeContact(machines[number].record)) }

    /// Delivers until nothing is under way.
    mutating func settle(limit: Int = 100_000) {
        var steps = 0
        collect()
        while !inFlight.isEmpty, steps < limit {
            let (datagram, from) = inFlight.removeFirst()
            steps += 1
            carried += 1
            guard !loses(carried), let target = endpoints.firstIndex(of: datagram.endpoint) else { continue }
            machines[target].receive(datagram.bytes, from: from, now: now)
            collect(only: target)
        }
        #expect(inFlight.isEmpty, "the nodes never fall silent")
    }

    private mutating func collect(only number: Int? = nil) {
        for index in number.map({ [$0] }) ?? Array(machines.indices) {
            for datagram in machines[index].takeOutput() { inFlight.append((datagram, endpoints[index])) }
            events[index] += machines[index].takeEvents()
        }
    }

    /// Lets time pass in steps of a tick.
    mutating func run(_ milliseconds: UInt64, step: UInt64 = 250) {
        let end = now + milliseconds
        while now < end {
            for index in machines.indices { machines[index].tick(now: now) }
            settle()
            now += step
        }
    }
}
