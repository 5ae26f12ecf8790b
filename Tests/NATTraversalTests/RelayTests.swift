import LibP2PProtocols
import Logging
import Multiformats
import NIOCore
import NIOPosix
import PeerIdentity
import Testing

@testable import LibP2P
@testable import NATTraversal

/// Hosts on one machine, with what they do about NATs.
struct Neighbourhood {
    let host: Host
    let traversal: NATTraversal

    static var logger: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    init(_ seed: UInt8, _ setting: NATSetting, _ configuration: HostConfiguration = HostConfiguration()) throws {
        host = Host(
            identity: try PeerKeyPair(seed: [UInt8](repeating: seed, count: 32)), group: MultiThreadedEventLoopGroup.singleton,
            logger: Self.logger, configuration: configuration)
        traversal = NATTraversal(host: host, setting: setting, now: { 1_000 }, logger: Self.logger)
    }

    static func run(_ nodes: [Neighbourhood], body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for node in nodes {
                let events = node.host.events()
                tasks.addTask { await node.host.run() }
                tasks.addTask { await node.traversal.run(events) }
                try await node.host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            }
            do { try await body() } catch {
                tasks.cancelAll()
                throw error
            }
            tasks.cancelAll()
        }
        for node in nodes {
            for _ in 0..<1_000 where !node.host.holdsNothing { try await Task.sleep(for: .milliseconds(5)) }
            #expect(node.host.holdsNothing)
        }
    }

    /// Serves as a relay at once.
    static var relaying: NATSetting {
        var setting = NATSetting()
        (setting.usesRelays, setting.skipsAutoNAT) = (false, true)
        return setting
    }

    /// Takes a place at a relay at once.
    static var hidden: NATSetting {
        var setting = NATSetting()
        (setting.servesRelay, setting.skipsAutoNAT, setting.reserveInterval) = (false, true, .milliseconds(20))
        setting.grace = .milliseconds(50)
        return setting
    }

    /// Waits until `condition` holds, or fails.
    static func wait(_ what: Comment, _ condition: () -> Bool) async throws {
        for _ in 0..<1_000 where !condition() { try await Task.sleep(for: .milliseconds(10)) }
        try #require(condition(), what)
    }
}

@Suite("Relayed connections over loopback")
struct RelayTests {
    private func echo(_ host: Host) {
        host.handle("/echo/1") { stream in while let bytes = try await stream.read() { try await stream.write(bytes) } }
    }

    private func exchange(_ stream: PeerStream, _ count: Int) async throws {
        let body = ByteBuffer(bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 17) })
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await stream.write(body) }
            var reader = StreamReader(stream)
            #expect(try await reader.bytes(count) == body)
            try await tasks.waitForAll()
        }
        stream.close()
    }

    private func circuit(_ relay: Neighbourhood) throws -> Multiaddr {
        let address = try #require(relay.host.listenAddresses.first)
        return address.appending(.init(.p2p, relay.host.peerID.bytes), .init(.p2pCircuit))
    }

    @Test("a peer without an address is called through a relay, then reached directly", arguments: ConnectionSecurity.allCases)
    func callAndUpgrade(security: ConnectionSecurity) async throws {
        var configuration = HostConfiguration()
        configuration.securities = [security]
        let relay = try Neighbourhood(1, Neighbourhood.relaying)
        let (caller, called) = (
            try Neighbourhood(2, Neighbourhood.hidden, configuration), try Neighbourhood(3, Neighbourhood.hidden, configuration)
        )
        echo(called.host)
        try await Neighbourhood.run([relay, caller, called]) {
            try await called.host.connect(to: relay.host.peerID, at: relay.host.listenAddresses)
            try await Neighbourhood.wait("a place at the relay") { !called.traversal.relays.isEmpty }
            let announced = called.host.listenAddresses.filter(\.isRelayed)
            #expect(!announced.isEmpty)
            let address = try circuit(relay)
            let connection = try await caller.host.connect(to: called.host.peerID, at: [address])
            #expect(connection.isRelayed)
            #expect(relay.traversal.relay.circuitCount == 1)
            try await exchange(try await connection.openStream(["/echo/1"]), 100_000)
            // Loopback addresses are not told as observed ones, so the upgrade is by the address that the caller listens at.
            try await caller.host.connect(to: called.host.peerID, at: called.host.listenAddresses.filter { !$0.isRelayed }, directly: true)
            #expect(caller.host.isDirect(called.host.peerID))
            await caller.host.closeCircuits(to: called.host.peerID)
            try await Neighbourhood.wait("the circuit's end") { relay.traversal.relay.circuitCount == 0 }
            #expect(try await caller.host.ping(called.host.peerID).count == 1)
        }
    }

    @Test("who has no place cannot be called, and a relay's limits hold")
    func limits() async throws {
        var setting = Neighbourhood.relaying
        setting.relay.circuit = RelayLimit(duration: 600, data: 20_000)
        let relay = try Neighbourhood(1, setting)
        let (caller, called) = (try Neighbourhood(2, .off), try Neighbourhood(3, Neighbourhood.hidden))
        echo(called.host)
        try await Neighbourhood.run([relay, caller, called]) {
            let address = try circuit(relay)
            let error = await #expect(throws: HostError.self) {
                try await caller.host.connect(to: called.host.peerID, at: [address])
            }
            #expect("\(error.map { "\($0)" } ?? "")".contains("no reservation"))
            try await called.host.connect(to: relay.host.peerID, at: relay.host.listenAddresses)
            try await Neighbourhood.wait("a place at the relay") { !called.traversal.relays.isEmpty }
            let connection = try await caller.host.connect(to: called.host.peerID, at: [address])
            // More than the relay carries: the connection ends, and nothing stays behind.
            let stream = try await connection.openStream(["/echo/1"])
            await #expect(throws: (any Error).self) { try await exchange(stream, 60_000) }
            try await Neighbourhood.wait("the circuit's end") { relay.traversal.relay.circuitCount == 0 }
        }
    }

    @Test("calls of a relay that was not asked for are refused")
    func uninvited() async throws {
        let (one, two) = (try Neighbourhood(1, .off), try Neighbourhood(2, Neighbourhood.hidden))
        try await Neighbourhood.run([one, two]) {
            try await one.host.connect(to: two.host.peerID, at: two.host.listenAddresses)
            let stream = try await one.host.openStream(to: two.host.peerID, [StopMessage.name])
            let message = StopMessage(connect: RelayPeer(id: one.host.peerID), limit: nil)
            try await stream.write(VarintFrames.frame(message.bytes))
            var reader = StreamReader(stream)
            let bytes = try #require(try await reader.frame(limit: 4096))
            #expect(try StopMessage(bytes: bytes).status == .permissionDenied)
            stream.close()
        }
    }

    @Test("garbage and oversize words get an answer or a reset, and the relay stays up")
    func hostile() async throws {
        let (one, relay) = (try Neighbourhood(1, .off), try Neighbourhood(2, Neighbourhood.relaying))
        try await Neighbourhood.run([one, relay]) {
            try await one.host.connect(to: relay.host.peerID, at: relay.host.listenAddresses)
            let peer = relay.host.peerID
            for bytes in [VarintFrames.frame([0xff, 0xff, 0xff]), [0xff, 0xff, 0xff, 0xff, 0x7f], VarintFrames.frame([8, 9])] {
                let stream = try await one.host.openStream(to: peer, [HopMessage.name])
                try await stream.write(bytes)
                var reader = StreamReader(stream)
                let answer = try? await reader.frame(limit: 4096)
                if let answer {
                    let status = try HopMessage(bytes: answer).status
                    #expect(status == .malformedMessage)
                }
                stream.reset()
            }
            let stream = try await one.host.openStream(to: peer, [AutoNATMessage.name])
            try await stream.write(VarintFrames.frame([1, 2, 3]))
            var reader = StreamReader(stream)
            let bytes = try #require(try await reader.frame(limit: 4096))
            guard case .response(.badRequest, _, _) = try AutoNATMessage(bytes: bytes) else {
                Issue.record("not refused")
                return
            }
            #expect(try await one.host.ping(peer).count == 1)
        }
    }
}

@Suite("AutoNAT over loopback")
struct AutoNATTests {
    @Test("a peer that listens is reached, and one that does not is not")
    func reachability() async throws {
        var setting = NATSetting.off
        setting.servesAutoNAT = true
        setting.dialBack.dialsLocal = true
        let (server, client) = (try Neighbourhood(1, setting), try Neighbourhood(2, .off))
        try await Neighbourhood.run([server, client]) {
            try await client.host.connect(to: server.host.peerID, at: server.host.listenAddresses)
            let own = client.host.listenAddresses
            #expect(try await client.host.askReachability(server.host.peerID, at: own) == own.first)
            let (closed, foreign) = (try Multiaddr("/ip4/127.0.0.1/tcp/1"), try Multiaddr("/ip4/127.0.0.2/tcp/1"))
            #expect(try await client.host.askReachability(server.host.peerID, at: [closed]) == nil)
            // Only where the peer is seen.
            await #expect(throws: HostError.self) {
                try await client.host.askReachability(server.host.peerID, at: [foreign])
            }
            #expect(server.host.connectedPeers == [client.host.peerID])
        }
    }
}
