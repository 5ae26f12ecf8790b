import LibP2PProtocols
import Logging
import Multiformats
import NIOCore
import NIOPosix
import PeerIdentity
import Synchronization
import Testing

@testable import LibP2P

@Suite("Hosts over loopback")
struct HostTests {
    private static func host(_ seed: UInt8, _ configuration: HostConfiguration = HostConfiguration()) throws -> Host {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return Host(
            identity: try PeerKeyPair(seed: [UInt8](repeating: seed, count: 32)), group: MultiThreadedEventLoopGroup.singleton,
            logger: logger, configuration: configuration)
    }

    /// Runs `body` with hosts that run and listen, and ends them after it.
    private static func with(_ hosts: Host..., body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for host in hosts {
                tasks.addTask { await host.run() }
                try await host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            }
            do { try await body() } catch {
                tasks.cancelAll()
                throw error
            }
            tasks.cancelAll()
        }
        // A connection that was refused ends in its own time.
        for host in hosts {
            for _ in 0..<1_000 where !host.holdsNothing { try await Task.sleep(for: .milliseconds(5)) }
            #expect(host.holdsNothing)
        }
    }

    /// Speaks before it is spoken to, and knows no protocol.
    private final class Eager: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        func channelActive(context: ChannelHandlerContext) {
            context.writeAndFlush(NIOAny(ByteBuffer(string: "\u{13}/multistream/1.0.0\n")), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(NIOAny(ByteBuffer(string: "\u{3}na\n")), promise: nil)
        }
    }

    @Test("a peer that speaks first is heard from its first byte")
    func eagerPeers() async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Eager()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let address = try Multiaddr("/ip4/127.0.0.1/tcp/\(server.localAddress?.port ?? 0)")
        let one = try Self.host(1)
        try await Self.with(one) {
            // What is lost is lost by a race.
            for _ in 0..<30 {
                let error = await #expect(throws: HostError.self) { try await one.connect(to: address) }
                #expect("\(error.map { "\($0)" } ?? "")".contains("the peer speaks none of /noise"))
            }
        }
        try await server.close()
    }

    @Test("ping, identify and a large echo")
    func meeting() async throws {
        let (one, two) = (try Self.host(1), try Self.host(2))
        two.handle("/echo/1") { stream in while let bytes = try await stream.read() { try await stream.write(bytes) } }
        try await Self.with(one, two) {
            try await one.connect(to: two.peerID, at: two.listenAddresses)
            #expect(try await one.ping(two.peerID, count: 3).count == 3)
            let message = try await one.identify(two.peerID)
            #expect(message.listenAddresses == two.listenAddresses)
            #expect(message.protocols.contains("/echo/1"))
            #expect(message.agentVersion == "polai")
            let stream = try await one.openStream(to: two.peerID, ["/echo/2", "/echo/1"])
            #expect(stream.protocolName == "/echo/1")
            let body = ByteBuffer(bytes: (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 17) })
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    try await stream.write(body)
                    stream.closeWrite()
                }
                var reader = StreamReader(stream)
                #expect(try await reader.bytes(body.readableBytes) == body)
                #expect(try await reader.bytes(1) == nil)
                try await tasks.waitForAll()
            }
            stream.close()
        }
    }

    @Test("TLS where it comes first, and where the other speaks nothing else")
    func tls() async throws {
        var (first, only) = (HostConfiguration(), HostConfiguration())
        first.securities = [.tls, .noise]
        only.securities = [.tls]
        let hosts = (try Self.host(1, first), try Self.host(2), try Self.host(3, only))
        hosts.1.handle("/echo/1") { stream in while let bytes = try await stream.read() { try await stream.write(bytes) } }
        try await Self.with(hosts.0, hosts.1, hosts.2) {
            try await hosts.0.connect(to: hosts.1.peerID, at: hosts.1.listenAddresses)
            #expect(try await hosts.0.ping(hosts.1.peerID, count: 3).count == 3)
            let stream = try await hosts.0.openStream(to: hosts.1.peerID, ["/echo/1"])
            let body = ByteBuffer(bytes: (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 17) })
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await stream.write(body) }
                var reader = StreamReader(stream)
                #expect(try await reader.bytes(body.readableBytes) == body)
                try await tasks.waitForAll()
            }
            // The dialer's first choice is refused there.
            try await hosts.1.connect(to: hosts.2.peerID, at: hosts.2.listenAddresses)
            #expect(try await hosts.1.identify(hosts.2.peerID).agentVersion == "polai")
            let stranger = try Self.host(4).peerID
            let error = await #expect(throws: HostError.self) {
                try await hosts.0.connect(to: stranger, at: hosts.2.listenAddresses)
            }
            #expect("\(error.map { "\($0)" } ?? "")".contains("dialled \(stranger), but \(hosts.2.peerID) answered"))
        }
    }

    @Test("nobody speaks the protocol")
    func refused() async throws {
        let (one, two) = (try Self.host(1), try Self.host(2))
        try await Self.with(one, two) {
            try await one.connect(to: two.peerID, at: two.listenAddresses)
            await #expect(throws: HostError.self) { try await one.openStream(to: two.peerID, ["/nothing"]) }
            #expect(try await one.ping(two.peerID).count == 1, "the connection lives on")
        }
    }

    @Test("another identity than the one dialled is refused")
    func wrongPeer() async throws {
        let (one, two) = (try Self.host(1), try Self.host(2))
        let three = try Self.host(3).peerID
        try await Self.with(one, two) {
            await #expect(throws: HostError.self) { try await one.connect(to: three, at: two.listenAddresses) }
            #expect(one.connectedPeers.isEmpty)
        }
    }

    @Test("an address of another peer that is this host's own is not dialled, and neither is this host")
    func ownAddresses() async throws {
        let (one, two) = (try Self.host(1), try Self.host(2))
        try await Self.with(one, two) {
            let error = await #expect(throws: HostError.self) { try await one.connect(to: two.peerID, at: one.listenAddresses) }
            #expect("\(error.map { "\($0)" } ?? "")".contains("no address to dial"))
            await #expect(throws: HostError.self) { try await one.connect(to: one.peerID, at: two.listenAddresses) }
            try await one.connect(to: two.peerID, at: one.listenAddresses + two.listenAddresses)
        }
    }

    @Test("a push is taken in")
    func push() async throws {
        let (one, two) = (try Self.host(1), try Self.host(2))
        try await Self.with(one, two) {
            try await one.connect(to: two.peerID, at: two.listenAddresses)
            one.handle("/new/1") { _ in }
            await one.pushIdentify()
            // The push stream was closed by us; identify again from the other side shows the same list in any case.
            _ = try await two.identify(one.peerID)
            #expect(two.peerEntry(one.peerID)?.protocols.contains("/new/1") == true)
            #expect(two.peerEntry(one.peerID)?.recordSequence == 2)
        }
    }

    @Test("garbage and half-open floods leave the host answering others")
    func hostile() async throws {
        var configuration = HostConfiguration()
        configuration.resources.transientConnections = 8
        let (one, two) = (try Self.host(1), try Self.host(2, configuration))
        try await Self.with(one, two) {
            let endpoint = try #require(two.listenAddresses.first?.tcpEndpoint)
            let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            var open: [any Channel] = []
            for index in 0..<40 {
                let channel = try await bootstrap.connect(host: endpoint.host, port: endpoint.port).get()
                // Half send garbage, half say nothing.
                if index % 2 == 0 { try? await channel.writeAndFlush(ByteBuffer(repeating: 0xff, count: 100)) }
                open.append(channel)
            }
            for channel in open { try? await channel.close() }
            // Their places are given back once their ends have been seen.
            while true {
                if (try? await one.connect(to: two.peerID, at: two.listenAddresses)) != nil { break }
            }
            #expect(try await one.ping(two.peerID).count == 1)
        }
    }
}
