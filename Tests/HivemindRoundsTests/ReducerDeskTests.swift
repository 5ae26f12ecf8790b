import HivemindAveraging
import HivemindWire
import LibP2P
import MessagePack
import Multiformats
import NIOCore
import PeerIdentity
import Testing

@testable import HivemindRounds

@Suite("Where a group's senders are taken in")
struct ReducerDeskTests {
    static let name = "run::" + AveragingPart.method
    static let patience: Duration = .seconds(100)

    /// A desk, and a host that is connected to it.
    static func connected<Value: Sendable>(
        patience: Duration = Self.patience, _ body: @escaping @Sendable (ReducerDesk, _ own: PeerID, _ sender: Host) async throws -> Value
    ) async throws -> Value {
        let (host, sender) = (try NodeRoundTests.host(1, NodeRoundTests.logger), try NodeRoundTests.host(2, NodeRoundTests.logger))
        let desk = ReducerDesk(host, "run", patience: patience)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await host.run() }
            tasks.addTask { await sender.run() }
            defer {
                desk.close()
                tasks.cancelAll()
            }
            try await sender.connect(to: host.peerID, at: [try await host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))])
            return try await body(desk, host.peerID, sender)
        }
    }

    static func part(_ tensor: SerialisedTensor) -> [UInt8] {
        StreamFrame.message(AveragingPart(.partForAveraging, groupID: [1], tensor: tensor, weight: 1).bytes).bytes
    }

    static func answer(_ stream: PeerStream) async throws -> AveragingPart? {
        var buffer = ByteBuffer()
        while var more = try await stream.read() {
            buffer.writeBuffer(&more)
            if case .message(let bytes)? = try StreamFrame.next(in: &buffer, limit: 1 << 20) { return try AveragingPart(bytes: bytes) }
        }
        return nil
    }

    static func group(_ own: PeerID, _ sender: PeerID) throws -> AveragingGroup {
        try AveragingGroup(
            AveragingRoundTests.message([own, sender], [AveragingRoundTests.said(.null, 0), AveragingRoundTests.said(.null, 0)]), own: own,
            mode: .node)
    }

    @Test("who is read by a codebook is counted, and answered plainly", .timeLimit(.minutes(1)))
    func codebooks() async throws {
        let answer = try await Self.connected { desk, own, sender in
            let reducer = PartReducer(lengths: [2], senders: [own, sender.peerID])
            desk.open(try Self.group(own, sender.peerID), reducer)
            var tensor = try SerialisedTensor([4, 8], compression: .uniform8Bit)
            tensor.compression = .quantile8Bit
            async let average = reducer.add([0, 0], part: 0, weight: 1, from: own)
            let stream = try await sender.openStream(to: own, [Self.name])
            try await stream.write(Self.part(tensor))
            let answer = try await Self.answer(stream)
            #expect(try await average == [2, 4])
            return answer
        }
        #expect(answer?.code == .averagedPart)
        let delta = try SerialisedTensor([-2, -4])
        #expect(answer?.tensor == delta)
    }

    @Test("one stream a peer waits for the round; the newest one is served", .timeLimit(.minutes(1)))
    func oneStream() async throws {
        let code = try await Self.connected { desk, own, sender in
            let old = try await sender.openStream(to: own, [Self.name])
            while desk.waitingCount == 0 { await Task.yield() }
            let new = try await sender.openStream(to: own, [Self.name])
            // The old one ends because the new one has its place.
            await #expect(throws: (any Error).self) {
                if try await old.read() == nil { throw HostError.streamEnded }
            }
            #expect(desk.waitingCount == 1)
            try await new.write(Self.part(try SerialisedTensor([2])))
            let reducer = PartReducer(lengths: [1], senders: [sender.peerID])
            desk.open(try Self.group(own, sender.peerID), reducer)
            return try await Self.answer(new)?.code
        }
        #expect(code == .averagedPart)
    }

    @Test("who waits too long for the round is sent away", .timeLimit(.minutes(1)))
    func late() async throws {
        let count = try await Self.connected(patience: .milliseconds(1)) { desk, own, sender in
            await #expect(throws: (any Error).self) {
                let stream = try await sender.openStream(to: own, [Self.name])
                if try await stream.read() == nil { throw HostError.streamEnded }
            }
            while desk.waitingCount > 0 { await Task.yield() }
            return desk.waitingCount
        }
        #expect(count == 0)
    }
}
