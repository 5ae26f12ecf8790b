import HivemindAveraging
import HivemindDHT
import HivemindWire
import LibP2P
import Logging
import MessagePack
import Multiformats
import NIOCore
import NIOPosix
import PeerIdentity
import Testing

@testable import HivemindRounds

@Suite("Rounds between nodes of ours")
struct NodeRoundTests {
    /// Names the same group to all who join once so many have.
    private actor Gathering {
        private let count: Int
        private var joined: [PeerID] = []
        private var waiting: [CheckedContinuation<[PeerID], Never>] = []

        init(_ count: Int) { self.count = count }

        func join(_ peer: PeerID) async -> [PeerID] {
            if !joined.contains(peer) { joined.append(peer) }
            guard joined.count == count else { return await withCheckedContinuation { waiting.append($0) } }
            for waiter in waiting { waiter.resume(returning: joined) }
            waiting = []
            return joined
        }
    }

    static func host(_ seed: UInt8, _ logger: Logger) throws -> Host {
        Host(
            identity: try PeerKeyPair(seed: [UInt8](repeating: seed, count: 32)), group: MultiThreadedEventLoopGroup.singleton,
            logger: logger)
    }

    static var logger: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    /// Shares of more than the window of a stream and of more than one part: nodes that all send before they read stand still.
    @Test("two nodes average their shares for each other", .timeLimit(.minutes(2)))
    func nodes() async throws {
        let hosts = try (1...3).map { try Self.host(UInt8($0), Self.logger) }
        var setting = HivemindSetting().patient(.seconds(100))
        let leader = HivemindNode(host: hosts[0], setting: setting, now: { 1000 }, logger: Self.logger)
        setting.isClient = true
        let nodes = hosts.dropFirst().map { HivemindNode(host: $0, setting: setting, now: { 1000 }, logger: Self.logger) }
        leader.serve()
        let gathering = Gathering(2)
        hosts[0].handle("run::" + JoinRequest.method) { stream in
            _ = try await stream.read()
            try await stream.write(StreamFrame.message(LeaderMessage(.accepted).bytes).bytes)
            let said = [[UInt8]](repeating: AveragingRoundTests.said(.null, 0), count: 2)
            let group = AveragingRoundTests.message(await gathering.join(stream.peer), said)
            try await stream.write(StreamFrame.message(group.bytes).bytes)
        }
        let outcomes = try await withThrowingTaskGroup(of: Void.self) { tasks in
            for host in hosts { tasks.addTask { await host.run() } }
            defer { tasks.cancelAll() }
            let address = try await hosts[0].listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            for node in nodes { try await node.join(at: Multiaddr("\(address)/p2p/\(hosts[0].peerID)")) }
            let other = try await hosts[1].listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            try await hosts[2].connect(to: hosts[1].peerID, at: [other])
            while !hosts[1].connectedPeers.contains(hosts[2].peerID) { await Task.yield() }
            let looking = MessagePackValue.bool(true).bytes
            _ = try await leader.store(DHTID(key: "run.0b"), subkey: Subkey(.binary(hosts[0].peerID.bytes)), looking, expiration: 1090)
            return try await withThrowingTaskGroup(of: AveragingRound.Outcome.self) { rounds in
                for (node, value) in zip(nodes, [1, 3] as [Float]) {
                    rounds.addTask {
                        var setting = AveragingRound.Setting(prefix: "run", shapes: [[600_000], [2, 2]])
                        setting.reduces = true
                        (setting.patience, setting.reducePatience, setting.senderPatience) = (.seconds(100), .seconds(100), .seconds(100))
                        let tensors = [600_000, 4].map { [Float](repeating: value, count: $0) }
                        return try await AveragingRound(node, setting).run(tensors)
                    }
                }
                return try await rounds.reduce(into: [AveragingRound.Outcome]()) { $0.append($1) }
            }
        }
        #expect(outcomes.count == 2)
        for outcome in outcomes {
            #expect(outcome.missing == 0)
            #expect(outcome.tensors[0].allSatisfy { $0 == 2 } && outcome.tensors[1] == [2, 2, 2, 2])
        }
    }

    /// A member of the DHT, and nodes that lead where nobody leads them.
    static func leading<Value: Sendable>(
        _ count: Int, _ body: @escaping @Sendable ([HivemindNode]) async throws -> Value
    ) async throws -> Value {
        let hosts = try (1...count).map { try Self.host(UInt8($0), Self.logger) }
        let setting = HivemindSetting().patient(.seconds(100))
        let nodes = hosts.map { HivemindNode(host: $0, setting: setting, now: { 1000 }, logger: Self.logger) }
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            for host in hosts { tasks.addTask { await host.run() } }
            defer { tasks.cancelAll() }
            for (host, node) in zip(hosts, nodes) {
                node.serve()
                try await host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
                for other in hosts.prefix(while: { $0 !== host }) { try await host.connect(to: other.peerID, at: other.listenAddresses) }
            }
            for node in nodes {
                for host in hosts where host !== node.host { await node.ping(host.peerID) }
            }
            return try await body(nodes)
        }
    }

    static func leader(size: Int) -> AveragingRound.Setting {
        var setting = AveragingRound.Setting(prefix: "run", shapes: [[3]])
        (setting.leads, setting.groupSize, setting.matchmaking) = (true, size, .seconds(100))
        (setting.patience, setting.reducePatience, setting.senderPatience) = (.seconds(100), .seconds(100), .seconds(100))
        setting.requestPatience = .seconds(100)
        return setting
    }

    @Test("nodes that lead make one group, begun once it is whole", .timeLimit(.minutes(2)), arguments: [2, 3])
    func leaders(_ count: Int) async throws {
        let outcomes = try await Self.leading(count) { nodes in
            try await withThrowingTaskGroup(of: AveragingRound.Outcome.self) { rounds in
                for (number, node) in nodes.enumerated() {
                    rounds.addTask {
                        var setting = Self.leader(size: count)
                        setting.gather = .integer(Int64(number))
                        setting.weight = Double(number + 1)
                        return try await AveragingRound(node, setting).run([[Float(number), 6, -Float(number)]])
                    }
                }
                return try await rounds.reduce(into: []) { $0.append($1) }
            }
        }
        // 0·1 + 1·2 over 3; 0·1 + 1·2 + 2·3 over 6.
        let mean: Float = count == 2 ? 2 / 3 : 8 / 6
        for outcome in outcomes {
            #expect(outcome.group == outcomes[0].group && outcome.missing == 0)
            #expect(Set(outcome.group.gathered) == Set((0..<count).map { [UInt8($0)] }))
            #expect(zip(outcome.tensors[0], [mean, 6, -mean]).allSatisfy { abs($0 - $1) < 1e-6 }, "\(outcome.tensors)")
        }
    }

    @Test("who joins wrongly is told why, and keeps nobody from joining", .timeLimit(.minutes(2)))
    func hostileFollowers() async throws {
        try await Self.leading(3) { nodes in
            let name = "run::" + JoinRequest.method
            async let round = AveragingRound(nodes[0], Self.leader(size: 2)).run([[1, 2, 3]])
            /// What the leader answers to these bytes.
            func answer(_ bytes: [UInt8]) async throws -> LeaderMessage? {
                let stream = try await nodes[2].host.openStream(to: nodes[0].host.peerID, [name])
                try await stream.write(bytes)
                var buffer = ByteBuffer()
                while var more = try? await stream.read() {
                    buffer.writeBuffer(&more)
                    guard case .message(let bytes)? = try StreamFrame.next(in: &buffer, limit: 1 << 20) else { continue }
                    return try LeaderMessage(bytes: bytes)
                }
                return nil
            }
            func request(_ schema: [UInt8], _ expiration: Double) -> [UInt8] {
                let request = JoinRequest(
                    schema: schema, expiration: expiration, gather: AveragingRoundTests.said(.null, 0), isClient: false, groupKey: "run.0b")
                return StreamFrame.message(request.bytes).bytes
            }
            while await nodes[1].get(DHTID(key: "run.0b")) == nil { await Task.yield() }
            #expect(try await answer(request([1], 1500))?.code == .badSchemaHash)
            #expect(try await answer(request(TensorSchema.hash(shapes: [[3]]), 900))?.code == .badExpirationTime)
            #expect(try await answer(StreamFrame.message([0xff, 0xff]).bytes) == nil)
            #expect(try await answer([0, 0, 0, 0, 0, 0xff, 0, 0, 0]) == nil)
            let other = try await AveragingRound(nodes[1], Self.leader(size: 2)).run([[3, 2, 1]])
            #expect(try await round.tensors == [[2, 2, 2]] && other.tensors == [[2, 2, 2]])
        }
    }

    @Test("without enough others a leader does not begin", .timeLimit(.minutes(1)))
    func alone() async throws {
        try await Self.leading(1) { nodes in
            var setting = Self.leader(size: 2)
            (setting.patience, setting.matchmaking) = (.milliseconds(20), .milliseconds(5))
            await #expect(throws: RoundError.nobody) { try await AveragingRound(nodes[0], setting).run([[1, 2, 3]]) }
        }
    }

    @Test("only times in the next ten minutes are waited for")
    func times() {
        for time in [-1e300, 0, 999, 1005, 1600] { #expect(AveragingRound.believes(time, now: 1000)) }
        for time in [1600.5, 1e300, .infinity, -.infinity, .nan] { #expect(!AveragingRound.believes(time, now: 1000)) }
    }

    @Test("tensors with numbers that are none join no group", arguments: [.nan, .infinity] as [Float])
    func ownNumbers(_ number: Float) async throws {
        let node = HivemindNode(host: try Self.host(1, Self.logger), setting: HivemindSetting(), now: { 1000 }, logger: Self.logger)
        await #expect(throws: RoundError.notFinite(tensor: 1)) {
            try await AveragingRound(node, AveragingRound.Setting(prefix: "run", shapes: [[1], [2]])).run([[0], [0, number]])
        }
    }
}
