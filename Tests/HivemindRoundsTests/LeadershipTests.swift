import HivemindAveraging
import MessagePack
import PeerIdentity
import Testing

@testable import HivemindRounds

@Suite("What a leader answers")
struct LeadershipTests {
    static let (own, one, two, three) = (
        AveragingRoundTests.peer(1), AveragingRoundTests.peer(2), AveragingRoundTests.peer(3), AveragingRoundTests.peer(4)
    )

    static func request(_ change: (inout JoinRequest) -> Void = { _ in }) -> JoinRequest {
        var request = JoinRequest(
            schema: [7], expiration: 100, gather: AveragingRoundTests.said(.null, 0), isClient: false, groupKey: "run.0b")
        change(&request)
        return request
    }

    static func leadership(begins: Double? = 90, size: Int = 3) -> Leadership {
        var leadership = Leadership(own: own, terms: Leadership.Terms(schema: [7], groupKey: "run.0b", size: size))
        if let begins { leadership.declare(begins) }
        return leadership
    }

    /// `Matchmaking._check_reasons_to_reject` of Hivemind.
    @Test("refusals, by what is wrong with the request")
    func refusals() {
        let cases: [(AveragingCode, (inout JoinRequest) -> Void)] = [
            (.accepted, { _ in }), (.accepted, { $0.expiration = 90 }), (.badExpirationTime, { $0.expiration = 89.9 }),
            (.protocolViolation, { $0.expiration = .nan }), (.protocolViolation, { $0.expiration = .infinity }),
            (.protocolViolation, { $0.schema = [] }), (.badSchemaHash, { $0.schema = [8] }), (.badGroupKey, { $0.groupKey = "run.0b1" }),
            (.protocolViolation, { $0.gather = [] }), (.protocolViolation, { $0.gather = [0xc0] }),
            (.protocolViolation, { $0.gather = AveragingRoundTests.said(.float(5), 0) }),
            (.protocolViolation, { $0.isClient = true }), (.protocolViolation, { $0.gather = AveragingRoundTests.said(.null, 1) }),
            (.protocolViolation, { $0.gather = AveragingRoundTests.said(.null, 3) }),
            (
                .protocolViolation,
                { $0.gather = MessagePackValue.array([.null, .integer(0), .binary([UInt8](repeating: 0, count: 1 << 15))]).bytes }
            ),
            (.accepted, { ($0.gather, $0.isClient) = (AveragingRoundTests.said(.float(5), 1), true) }),
        ]
        for (number, (code, change)) in cases.enumerated() {
            var leadership = Self.leadership()
            #expect(leadership.answer(Self.request(change), from: Self.one).code == code, "case \(number)")
            #expect(leadership.followers.count == (code == .accepted ? 1 : 0))
        }
    }

    @Test("refusals, by how the leader stands")
    func standing() {
        var silent = Self.leadership(begins: nil)
        #expect(silent.answer(Self.request(), from: Self.one).code == .notDeclared)
        var leadership = Self.leadership()
        #expect(leadership.answer(Self.request(), from: Self.own).code == .duplicatePeerID)
        #expect(leadership.answer(Self.request(), from: Self.one).code == .accepted)
        #expect(leadership.answer(Self.request(), from: Self.one).code == .duplicatePeerID)
        #expect(leadership.answer(Self.request(), from: Self.two).code == .accepted && leadership.isFull)
        #expect(leadership.answer(Self.request(), from: Self.three).code == .groupIsFull)
        leadership.leave(Self.two)
        #expect(leadership.follow(Self.three) && leadership.followers.isEmpty)
        let answer = leadership.answer(Self.request(), from: Self.two)
        #expect(answer.code == .notALeader && answer.suggestedLeader == Self.three.bytes)
        leadership.unfollow()
        #expect(leadership.answer(Self.request(), from: Self.two).code == .accepted)
        leadership.disband()
        #expect(leadership.answer(Self.request(), from: Self.two).code == .notDeclared && leadership.followers.isEmpty)
        leadership.close()
        #expect(leadership.answer(Self.request(), from: Self.two).code == .notLookingForGroup && !leadership.follow(Self.three))
    }

    @Test("a group that begins can be read by whoever is in it")
    func begins() throws {
        var leadership = Self.leadership()
        _ = leadership.answer(Self.request(), from: Self.one)
        _ = leadership.answer(Self.request { ($0.gather, $0.isClient) = (AveragingRoundTests.said(.null, 1), true) }, from: Self.two)
        var generator = SystemRandomNumberGenerator()
        let message = leadership.begin(MemberWord(.node, saying: .integer(7)), using: &generator)
        let group = try AveragingGroup(LeaderMessage(bytes: message.bytes), own: Self.own, mode: .node)
        #expect(group.id.count == 20 && Set(group.peers) == [Self.own, Self.one, Self.two] && group.senders.count == 3)
        #expect(try AveragingGroup(message, own: Self.two, mode: .client) == group)
        #expect(group.gathered[try #require(group.peers.firstIndex(of: Self.own))] == [7])
        #expect(leadership.answer(Self.request(), from: Self.three).code == .notLookingForGroup && !leadership.follow(Self.three))
    }
}
