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
