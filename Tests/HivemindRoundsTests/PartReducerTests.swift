import PeerIdentity
import Testing

@testable import HivemindRounds

@Suite("Parts that are averaged here")
struct PartReducerTests {
    static let (own, one, two) = (AveragingRoundTests.peer(1), AveragingRoundTests.peer(2), AveragingRoundTests.peer(3))

    @Test("weighted averages, part by part, once all have sent", .timeLimit(.minutes(1)))
    func averages() async throws {
        let reducer = PartReducer(lengths: [2, 1], senders: [Self.own, Self.one, Self.two])
        let results = try await withThrowingTaskGroup(of: [[Float]].self) { tasks in
            for (peer, value, weight) in [(Self.own, 1, 1.0), (Self.one, 2, 1.0), (Self.two, 6, 2.0)] {
                tasks.addTask {
                    [
                        try await reducer.add([Float(value), 0], part: 0, weight: weight, from: peer),
                        try await reducer.add([Float(value) * 4], part: 1, weight: weight, from: peer),
                    ]
                }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(results == [[[Float]]](repeating: [[3.75, 0], [15]], count: 3))
        #expect(await reducer.isDone)
    }

    @Test("who leaves, sends no numbers or another part, is left out, and the others go on", .timeLimit(.minutes(1)))
    func leavers() async throws {
        let reducer = PartReducer(lengths: [1, 1, 1], senders: [Self.own, Self.one, Self.two])
        async let first = reducer.add([4], part: 0, weight: 1, from: Self.own)
        async let other = reducer.add([8], part: 0, weight: 1, from: Self.two)
        await #expect(throws: PartReducer.Refusal.notNumbers) { try await reducer.add([.nan], part: 0, weight: 1, from: Self.one) }
        #expect(try await [first, other] == [[6], [6]])
        await #expect(throws: PartReducer.Refusal.notASender) { try await reducer.add([1], part: 1, weight: 1, from: Self.one) }
        async let second = reducer.add([4], part: 1, weight: 1, from: Self.own)
        await #expect(throws: PartReducer.Refusal.notThatPart) { try await reducer.add([1], part: 2, weight: 1, from: Self.two) }
        #expect(try await second == [4])
        #expect(try await reducer.add([5], part: 2, weight: 1, from: Self.own) == [5])
        #expect(await reducer.isDone)
    }

    @Test("the largest numbers have their average", .timeLimit(.minutes(1)))
    func largest() async throws {
        let reducer = PartReducer(lengths: [2], senders: [Self.own, Self.one])
        async let first = reducer.add([3e38, 3e38], part: 0, weight: 5, from: Self.own)
        async let second = reducer.add([3e38, -3e38], part: 0, weight: 5, from: Self.one)
        #expect(try await [first, second] == [[3e38, 0], [3e38, 0]])
    }

    @Test("once it is over, nobody waits any more", .timeLimit(.minutes(1)))
    func over() async throws {
        let reducer = PartReducer(lengths: [1], senders: [Self.own, Self.one])
        let early = Task { try await reducer.add([1], part: 0, weight: 1, from: Self.own) }
        await reducer.end()
        await #expect(throws: PartReducer.Refusal.over) { try await early.value }
        await #expect(throws: PartReducer.Refusal.over) { try await reducer.add([1], part: 0, weight: 1, from: Self.one) }
        #expect(await reducer.isDone)
    }

    @Test("who keeps the others waiting is left out", .timeLimit(.minutes(1)))
    func patience() async throws {
        let reducer = PartReducer(lengths: [1], senders: [Self.own, Self.one])
        async let watching: Void = reducer.watch(.milliseconds(1))
        #expect(try await reducer.add([3], part: 0, weight: 1, from: Self.own) == [3])
        await watching
        #expect(await reducer.senders == [Self.own])
    }

    @Test("weights, lengths and numbers that cannot be averaged", .timeLimit(.minutes(1)))
    func refusals() async {
        let cases: [([Float], Double)] = [
            ([1, 2], 1), ([1], 0), ([1], -1), ([1], .infinity), ([1], .nan), ([1], 1e300), ([1], 1e-300), ([.infinity], 1),
        ]
        for (numbers, weight) in cases {
            let reducer = PartReducer(lengths: [1], senders: [Self.own])
            await #expect(throws: PartReducer.Refusal.notNumbers) {
                try await reducer.add(numbers, part: 0, weight: weight, from: Self.own)
            }
        }
    }
}
