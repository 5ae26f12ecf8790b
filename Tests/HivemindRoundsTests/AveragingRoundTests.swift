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

@Suite("Rounds of averaging")
struct AveragingRoundTests {
    static func peer(_ number: UInt8) -> PeerID {
        PeerID(Multihash(peerKey: [0x08, 0x01, 0x12, 0x20] + [UInt8](repeating: number, count: 32)))
    }

    static func said(_ bandwidth: MessagePackValue, _ mode: Int) -> [UInt8] {
        MessagePackValue.array([bandwidth, .integer(Int64(mode)), .binary([0xc0])]).bytes
    }

    static func message(_ peers: [PeerID], _ gathered: [[UInt8]]) -> LeaderMessage {
        var message = LeaderMessage(.beginAllReduce)
        (message.groupID, message.peers, message.gathered) = ([1], peers.map(\.bytes), gathered)
        return message
    }

    @Test("a group is read, and refused where it cannot be averaged in")
    func groups() throws {
        let (own, one, two) = (Self.peer(1), Self.peer(2), Self.peer(3))
        let good = try AveragingGroup(
            Self.message([one, own, two], [Self.said(.null, 0), Self.said(.null, 1), Self.said(.null, 2)]), own: own)
        #expect(good.modes == [.node, .client, .auxiliary] && good.peers == [one, own, two] && good.gathered == [[0xc0], [0xc0], [0xc0]])
        func refusal(_ peers: [PeerID], _ gathered: [[UInt8]]) -> RoundError? {
            do throws(RoundError) {
                _ = try AveragingGroup(Self.message(peers, gathered), own: own)
                return nil
            } catch { return error }
        }
        let (client, node) = (Self.said(.null, 1), Self.said(.null, 0))
        #expect(refusal([own, one], [client]) == .group("peers without an id, or named twice"))
        #expect(refusal([own, one, one], [client, node, node]) == .group("peers without an id, or named twice"))
        #expect(refusal([own, one], [client, [0xc0]]) == .group("a member that says nothing of itself"))
        #expect(refusal([own, one], [client, Self.said(.null, 7)]) == .group("a member that says nothing of itself"))
        #expect(refusal([two, one], [client, node]) == .group("this node is not in it as a client"))
        #expect(refusal([own, one], [node, node]) == .group("this node is not in it as a client"))
        #expect(refusal([own, one], [client, client]) == .group("nobody averages"))
        #expect(refusal([own, one], [client, Self.said(.float(5), 0)]) == nil, "one who averages has it all")
        #expect(refusal([own, one, two], [client, Self.said(.float(5), 0), node]) == .group("shares by bandwidth"))
    }

    /// A leader of another make: it says yes, and averages by what `answer` makes of each part.
    static func round(_ answer: @escaping @Sendable (Int, [Float]) throws -> AveragingPart?) async throws -> AveragingRound.Outcome {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let hosts = try (1...2).map { seed in
            Host(
                identity: try PeerKeyPair(seed: [UInt8](repeating: UInt8(seed), count: 32)), group: MultiThreadedEventLoopGroup.singleton,
                logger: logger)
        }
        var setting = HivemindSetting().patient(.seconds(100))
        let leader = HivemindNode(host: hosts[0], setting: setting, now: { 1000 }, logger: logger)
        setting.isClient = true
        let client = HivemindNode(host: hosts[1], setting: setting, now: { 1000 }, logger: logger)
        leader.serve()
        let ids = (leader.host.peerID, client.host.peerID)
        hosts[0].handle("run::" + JoinRequest.method) { stream in
            _ = try await stream.read()
            try await stream.write(StreamFrame.message(LeaderMessage(.accepted).bytes).bytes)
            let group = message([ids.0, ids.1], [said(.null, 0), said(.null, 1)])
            try await stream.write(StreamFrame.message(group.bytes).bytes)
        }
        hosts[0].handle("run::" + AveragingPart.method) { stream in
            var (buffer, parts) = (try await stream.read() ?? .init(), [[Float]]())
            while true {
                let frame = try StreamFrame.next(in: &buffer, limit: 1 << 22)
                if case .message(let bytes) = frame { parts.append(try AveragingPart(bytes: bytes).tensor?.numbers() ?? []) }
                if case .end = frame { break }
                if frame == nil {
                    guard var more = try await stream.read() else { break }
                    buffer.writeBuffer(&more)
                }
            }
            for (number, part) in parts.enumerated() {
                guard let answer = try answer(number, part) else { return }
                try await stream.write(StreamFrame.message(answer.bytes).bytes)
            }
        }
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            for host in hosts { tasks.addTask { await host.run() } }
            let address = try await hosts[0].listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
            try await client.join(at: Multiaddr("\(address)/p2p/\(ids.0)"))
            let looking = MessagePackValue.bool(true).bytes
            _ = try await leader.store(DHTID(key: "run.0b"), subkey: Subkey(.binary(ids.0.bytes)), looking, expiration: 1005)
            let outcome = try await AveragingRound(client, AveragingRound.Setting(prefix: "run", shapes: [[200_000], [2, 2]])).run(
                [[Float](repeating: 4, count: 200_000), [1, 2, 3, 4]])
            tasks.cancelAll()
            return outcome
        }
    }

    static func delta(_ numbers: [Float]) throws -> AveragingPart { AveragingPart(.averagedPart, tensor: try SerialisedTensor(numbers)) }

    @Test("differences are added part by part", .timeLimit(.minutes(2)))
    func honest() async throws {
        let outcome = try await Self.round { number, part in try Self.delta(part.map { _ in Float(number) }) }
        // Two parts of the first tensor, one of the second.
        #expect(outcome.tensors[0][131_071] == 4 && outcome.tensors[0][131_072] == 5 && outcome.tensors[1] == [3, 4, 5, 6])
        #expect(outcome.missing == 0 && outcome.group.id == [1])
    }

    @Test("who averages to no numbers, to too few, or stops, is left out from there", .timeLimit(.minutes(2)), arguments: 0..<4)
    func hostile(kind: Int) async throws {
        let outcome = try await Self.round { number, part in
            guard number == 1 else { return try Self.delta(part.map { _ in 1 }) }
            switch kind {
            case 0: return try Self.delta(part.map { _ in .nan })
            case 1: return try Self.delta(Array(part.dropLast().map { _ in 1 }))
            case 2: return AveragingPart(.internalError)
            default: return nil
            }
        }
        #expect(outcome.tensors[0][131_071] == 5 && outcome.tensors[0][131_072] == 4 && outcome.tensors[1] == [1, 2, 3, 4])
        #expect(outcome.missing == 200_000 - 131_072 + 4)
    }
}
