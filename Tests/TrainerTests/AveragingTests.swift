import HivemindRounds
import LoRA
import Logging
import Multiformats
import NIOPosix
import PeerIdentity
import Primitives
import ServiceInterfaces
import Synchronization
import Testing
import UpdateCodec

@testable import Trainer

/// A group that makes of a trainer's tensors what it is told to.
private struct FakePeers: AveragingPeers {
    struct Absent: Error {}

    let answer: @Sendable ([[Float]], UpdateContributor, UpdateMetadata) async throws -> GroupAverage

    func average(
        _ tensors: [[Float]], shapes: [[Int]], as own: UpdateContributor, to metadata: UpdateMetadata
    ) async throws -> GroupAverage {
        #expect(tensors.map(\.count) == shapes.map { $0.reduce(1, *) } && shapes.allSatisfy { $0.count == 2 })
        return try await answer(tensors, own, metadata)
    }
}

@Suite("A trainer that averages before it sends")
struct AveragingTests {
    private static func key(_ seed: UInt8) throws -> PeerKeyPair { try PeerKeyPair(seed: [UInt8](repeating: seed, count: 32)) }

    private static func member(_ own: UpdateContributor) -> GroupAverage.Member {
        GroupAverage.Member(peer: own.key.peerID, said: own.bytes)
    }

    private static func other(_ seed: UInt8, _ metadata: UpdateMetadata) throws -> GroupAverage.Member {
        member(try UpdateContributor(to: metadata, trainer: .zero, samples: 5, signer: key(seed)))
    }

    /// The files of a trainer's first round.
    private static func files(
        _ bench: Bench, node: FakeLearningNode? = nil, turnLength: Duration = .zero, _ peers: (any AveragingPeers)?
    ) async throws -> [UpdateFile] {
        let node = node ?? FakeLearningNode(bench.adapter, status: .included)
        let trainer = try bench.trainer(node, store: bench.store(), total: 2, peers: peers, turnLength: turnLength)
        #expect(await trainer.run() == .finished)
        return try await node.published.map { try UpdateFile($0) }
    }

    @Test("the average is what it sends, and the file names who signed")
    func average() async throws {
        let bench = try Bench()
        let trained = Mutex<[Float]>([])
        let files = try await Self.files(
            bench,
            FakePeers { tensors, own, metadata in
                trained.withLock { $0 = Array(tensors.joined()) }
                #expect(own.samples == 4)
                var stranger = try Self.other(3, metadata)
                stranger.peer = try Self.key(4).peerID
                let silent = GroupAverage.Member(peer: try Self.key(5).peerID, said: [0xc0])
                // As if the others had moved three times as far the other way.
                return GroupAverage(
                    tensors: tensors.map { $0.map { -$0 } },
                    members: [silent, stranger, Self.member(own), try Self.other(2, metadata)])
            })
        let file = try #require(files.first)
        try file.verify()
        #expect(Set(file.metadata.contributors.map(\.key.peerID)) == [try Self.key(1).peerID, try Self.key(2).peerID])
        let sent = try file.delta(layout: bench.layout).values
        #expect(zip(sent, trained.withLock { $0 }).allSatisfy { $0 * $1 <= 0 } && sent.contains { $0 != 0 })
    }

    @Test("what no group can have made of it, or no group at all, leaves its own numbers", arguments: 0..<7)
    func refused(kind: Int) async throws {
        let bench = try Bench()
        let alone = try await Self.files(bench, nil)
        let files = try await Self.files(
            bench,
            FakePeers { tensors, own, metadata in
                let members = [Self.member(own), try Self.other(2, metadata)]
                var (bad, missing) = (tensors, 0)
                switch kind {
                case 0: bad[1][0] = .nan
                case 1: bad[0][3] = .infinity
                case 2: bad[0][0] = 1e3
                case 3: bad[0].removeLast()
                case 4: bad.removeLast()
                case 5: missing = tensors.reduce(0) { $0 + $1.count }
                default: throw FakePeers.Absent()
                }
                return GroupAverage(tensors: bad, members: members, missing: missing)
            })
        #expect(try #require(files.first).signedMessage == alone.first?.signedMessage)
    }

    @Test("two trainers' groups find each other, and each knows the other's signature", .timeLimit(.minutes(2)))
    func groups() async throws {
        let metadata = UpdateMetadata(
            baseModelRoot: .zero, parentAdapterRoot: .zero, trainer: .zero, publicKey: [], steps: 1, round: 0, seed: 0, dataHash: .zero)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        var setting = HivemindGroup.Setting(prefix: "run")
        setting.address = try Multiaddr("/ip4/127.0.0.1/tcp/0")
        (setting.size, setting.matchmaking, setting.patience) = (2, .seconds(100), .seconds(100))
        let keys = [try Self.key(1), try Self.key(2)]
        let first = HivemindGroup(setting, key: keys[0], group: MultiThreadedEventLoopGroup.singleton, logger: logger)
        let averages = try await withThrowingTaskGroup(of: GroupAverage?.self) { tasks in
            func start(_ group: HivemindGroup, _ number: Int) throws {
                tasks.addTask {
                    await group.run()
                    return nil
                }
                let own = try UpdateContributor(to: metadata, trainer: .zero, samples: 1, signer: keys[number])
                tasks.addTask { try await group.average([[Float(number), 4], [8]], shapes: [[2, 1], [1, 1]], as: own, to: metadata) }
            }
            try start(first, 0)
            while first.addresses.isEmpty { await Task.yield() }
            setting.bootstrap = try first.addresses.map { try Multiaddr("\($0)/p2p/\(keys[0].peerID)") }
            try start(HivemindGroup(setting, key: keys[1], group: MultiThreadedEventLoopGroup.singleton, logger: logger), 1)
            defer { tasks.cancelAll() }
            return [try await tasks.next() ?? nil, try await tasks.next() ?? nil].compactMap { $0 }
        }
        #expect(averages.count == 2)
        for average in averages {
            #expect(average.tensors == [[0.5, 4], [8]] && average.missing == 0)
            #expect(Set(average.members.compactMap { $0.contributor(to: metadata)?.key }) == Set(keys.map(\.publicKey)))
        }
        // Far numbers are clipped where all have signed, and nowhere else: not beside one that said nothing, or what another said, or for
        // another adapter.
        let members = try #require(averages.first).members
        let stranger = try Self.key(3).peerID
        var elsewhere = metadata
        elsewhere.parentAdapterRoot = SHA256.hash([1])
        #expect(HivemindGroup.rule(for: members, to: metadata) == .centeredClip)
        #expect(HivemindGroup.rule(for: members, to: elsewhere) == .mean)
        for said in [[], members[0].said] {
            #expect(HivemindGroup.rule(for: members + [.init(peer: stranger, said: said)], to: metadata) == .mean)
        }
    }

    @Test("who comes first in the group sends; the next ones send where the head stays")
    func turns() async throws {
        let bench = try Bench()
        let node = FakeLearningNode(bench.adapter, status: .included)
        let moved = try LoRAAdapter(layout: bench.layout, values: [Float](repeating: 1, count: bench.layout.valueCount))
        func peers(_ isFirst: Bool, moves: Bool) -> FakePeers {
            FakePeers { tensors, own, metadata in
                if moves { await node.move(to: moved) }
                let members = [Self.member(own), try Self.other(2, metadata)]
                return GroupAverage(tensors: tensors, members: isFirst ? members : members.reversed())
            }
        }
        #expect(try await Self.files(bench, node: node, turnLength: .seconds(600), peers(false, moves: true)).isEmpty)
        #expect(try await Self.files(bench, peers(false, moves: false)).count == 1)
        #expect(try await Self.files(bench, turnLength: .seconds(600), peers(true, moves: false)).count == 1)
    }
}
