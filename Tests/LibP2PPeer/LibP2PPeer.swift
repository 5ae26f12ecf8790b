import GossipSub
import Kademlia
import LibP2P
import LibP2PProtocols
import Logging
import Multiformats
import NATTraversal
import NIOCore
import NIOPosix
import PeerIdentity

/// A peer for `scripts/check-libp2p.py`:
///
///     LibP2PPeer [--security noise|tls] [--relay MULTIADDR] [--only CHECKS] [MULTIADDR…]
///
/// listens on a free port of the loopback interface, prints where, checks each peer that is named, one JSON line a check, and
/// lives until its standard input ends. It relays for others; with `--relay` it takes a place at that relay instead, and prints
/// where it can be called as `relayed`.
@main
struct LibP2PPeer {
    static func main() async throws {
        var logger = Logger(label: "peer")
        logger.logLevel = .debug
        logger.handler = StreamLogHandler.standardError(label: "peer")
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let key = try PeerKeyPair(seed: (0..<32).map { _ in UInt8.random(in: 0...255) })
        var (arguments, configuration) = (CommandLine.arguments.dropFirst(), HostConfiguration())
        var (relay, only) = (String?.none, [Substring]())
        while let option = arguments.first, option.hasPrefix("--"), let value = arguments.dropFirst().first {
            switch option {
            case "--security": configuration.securities = value == "tls" ? [.tls] : [.noise]
            case "--relay": relay = value
            case "--only": only = value.split(separator: ",")
            default: break
            }
            arguments = arguments.dropFirst(2)
        }
        let host = Host(identity: key, group: group, logger: logger, configuration: configuration)
        serve(host)
        var setting = NATSetting()
        (setting.skipsAutoNAT, setting.servesRelay) = (true, relay == nil)
        (setting.dialBack.dialsLocal, setting.dialRequests.dialsLocal) = (true, true)
        let traversal = NATTraversal(host: host, setting: setting, now: { unixSeconds() }, logger: logger)
        let start = ContinuousClock.now
        let node = KademliaNode(host: host, now: { UInt64((ContinuousClock.now - start) / .seconds(1)) })
        node.serve()
        var parameters = GossipParameters()
        parameters.heartbeatInterval = 200_000_000
        let gossip = GossipSubNode(
            host: host, parameters: parameters, firstSequence: .random(in: 0...(1 << 62)), logger: logger)
        let (echoes, echoed) = AsyncStream.makeStream(of: [UInt8].self)
        gossip.subscribe("interop") { message, _ in
            let isEcho = message.data.starts(with: Array("echo:".utf8))
            if isEcho { echoed.yield(message.data) } else { try? gossip.publish("interop", Array("echo:".utf8) + message.data) }
            return .accept
        }
        let (events, traversing) = (host.events(), host.events())
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await host.run() }
            tasks.addTask { await gossip.run(events) }
            tasks.addTask { await traversal.run(traversing) }
            let address = try await host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            say("\"peer\":\"\(host.peerID)\",\"maddr\":\"\(address)/p2p/\(host.peerID)\"")
            if let relay {
                try await host.connect(to: Multiaddr(relay))
                while traversal.relays.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
                let circuits = host.listenAddresses.filter { $0.description.contains("p2p-circuit") }
                say("\"relayed\":[\(circuits.map { "\"\($0)/p2p/\(host.peerID)\"" }.joined(separator: ","))]")
            }
            for argument in arguments { await check(host, node, gossip, echoes, argument, only) }
            say("\"check\":\"end\"")
            while readLine() != nil {}
            tasks.cancelAll()
        }
        try await group.shutdownGracefully()
    }

    static func say(_ fields: String) {
        print("{\(fields)}")
        flushOutput()
    }

    static func serve(_ host: Host) {
        host.handle("/interop/echo/1") { stream in
            while let bytes = try await stream.read() { try await stream.write(bytes) }
        }
        // u64 n, then n bytes; answered with the count that came.
        host.handle("/interop/sink/1") { stream in
            var (wanted, seen) = (UInt64.max, UInt64(0))
            var head = ByteBuffer()
            while seen < wanted, var bytes = try await stream.read() {
                if wanted == .max {
                    head.writeBuffer(&bytes)
                    guard let count: UInt64 = head.readInteger() else { continue }
                    (wanted, bytes) = (count, head)
                }
                seen += UInt64(bytes.readableBytes)
            }
            try await stream.write(ByteBuffer(integer: seen))
        }
    }

    static func check(
        _ host: Host, _ node: KademliaNode, _ gossip: GossipSubNode, _ echoes: AsyncStream<[UInt8]>, _ target: String,
        _ only: [Substring]
    ) async {
        func report(_ name: String, _ body: () async throws -> String) async {
            guard only.isEmpty || name == "connect" || only.contains(Substring(name)) else { return }
            do {
                let detail = try await body()
                say("\"check\":\"\(name)\",\"ok\":true\(detail)")
            } catch {
                say("\"check\":\"\(name)\",\"ok\":false,\"error\":\"\("\(error)".filter { $0 != "\"" && $0 != "\\" })\"")
            }
        }
        var peer: PeerID?
        await report("connect") {
            let start = ContinuousClock.now
            peer = try await host.connect(to: Multiaddr(target)).0
            return ",\"ms\":\((ContinuousClock.now - start) / .milliseconds(1))"
        }
        guard let peer else { return }
        await report("ping") {
            let trips = try await host.ping(peer, count: 200).sorted()
            return ",\"p50_us\":\(trips[100] / .microseconds(1)),\"p99_us\":\(trips[198] / .microseconds(1))"
        }
        await report("identify") {
            let message = try await host.identify(peer)
            let key = try RemotePublicKey(message: message.publicKey ?? [])
            guard key.peerID == peer else { throw HostError.notConnected }
            if let record = message.signedPeerRecord {
                guard try PeerRecord(envelope: record).peer == peer else { throw HostError.notConnected }
            }
            return
                ",\"agent\":\"\(message.agentVersion ?? "")\",\"signed\":\(message.signedPeerRecord != nil),\"protocols\":\(message.protocols.count)"
        }
        await report("kad-join") {
            try await node.add(peer, addresses: [])
            return ",\"table\":\(node.tableSize)"
        }
        await report("kad-pk") {
            let key = Array("/pk/".utf8) + host.peerID.bytes
            let taken = try await node.put(key, host.identity.publicKeyMessage)
            guard taken > 0, await node.get(key) == host.identity.publicKeyMessage else { throw HostError.streamEnded }
            return ",\"taken\":\(taken)"
        }
        await report("kad-provide") {
            let key: [UInt8] = [0x12, 0x20] + (0..<32).map { _ in UInt8.random(in: 0...255) }
            guard await node.provide(key) > 0 else { throw HostError.streamEnded }
            return ""
        }
        await report("gossip") {
            // Ours says it, the peer says it again with "echo:" before it: once in each direction.
            let body = Array("\(UInt64.random(in: 0 ... .max))".utf8)
            for _ in 0..<200 where !gossip.subscribers(of: "interop").contains(peer) || gossip.meshPeers("interop").isEmpty {
                try await Task.sleep(for: .milliseconds(50))
            }
            let mesh = gossip.meshPeers("interop").count
            try gossip.publish("interop", body)
            for await echo in echoes where echo == Array("echo:".utf8) + body { return ",\"mesh\":\(mesh)" }
            throw HostError.streamEnded
        }
        await report("echo") {
            let body = ByteBuffer(bytes: (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            let stream = try await host.openStream(to: peer, ["/interop/echo/1"])
            return try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await stream.write(body) }
                var reader = StreamReader(stream)
                guard try await reader.bytes(body.readableBytes) == body else { throw HostError.streamEnded }
                stream.close()
                return ""
            }
        }
    }
}
