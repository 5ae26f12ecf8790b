import BeaconTypes
import PolTestChain
import Primitives
import ServiceInterfaces
import TestSupport
import Testing

@testable import AckVoteService

/// The service by itself: who is asked, what is taken, what is refused.
@Suite(.timeLimit(.minutes(1))) struct AckVoteServiceTests {
    @Test func ownKeysAreAskedFirstAndHere() async throws {
        let bench = try Bench(local: [3])
        let members = try await bench.members()
        try await bench.service.subscribe([0, 1, 2, 3, 4])
        #expect(await bench.service.signers(among: members) == [3] + members.filter { $0 != 3 })
        let vote = try await bench.service.sign(bench.chain.statement(bench.chain.ack()), validator: 3)
        #expect(try await bench.isSigned(vote))
        #expect(await bench.local.signed == 1)
        #expect(try await bench.service.requests(after: 0, patience: .zero).isEmpty)
    }

    @Test func aRequestIsHandedOutAndAnswered() async throws {
        let bench = try Bench()
        let ack = try bench.chain.ack()
        try await bench.service.subscribe([1, 2])
        // The client waits before there is anything to fetch.
        let fetched = Task { try await bench.service.requests(after: 0, patience: .seconds(30)) }
        while await bench.service.readers.isEmpty { await Task.yield() }
        let vote = Task { try await bench.service.sign(bench.chain.statement(ack), validator: 2) }
        let request = try #require(try await fetched.value.first)
        #expect(request == AckRequest(id: 1, validator: 2, statement: bench.chain.statement(ack)))
        // Whoever has seen it waits for the next; a number of another run counts as none.
        #expect(try await bench.service.requests(after: 1, patience: .zero).isEmpty)
        #expect(try await bench.service.requests(after: 77, patience: .zero) == [request])
        let signed = try bench.chain.vote(2, ack)
        try await bench.service.submit([signed])
        #expect(try await vote.value == signed)
        #expect(await bench.service.waiting.isEmpty)
        #expect(await bench.service.readers.isEmpty)
    }

    /// A silent validator costs its own vote, and is asked last from then on.
    @Test func silenceStopsNobodyElse() async throws {
        let bench = try Bench(patience: .milliseconds(1))
        let (members, ack) = (try await bench.members(), try bench.chain.ack())
        try await bench.service.subscribe(members)
        #expect(await bench.service.signers(among: members) == members)
        let silent = members[0]
        await #expect(throws: AckVoteServiceError.noAnswer(silent, after: .milliseconds(1))) {
            try await bench.service.sign(bench.chain.statement(ack), validator: silent)
        }
        #expect(await bench.service.signers(among: members) == Array(members.dropFirst()) + [silent])
        // Too late: nobody waits any more.
        await #expect(throws: SubmissionRefused.self) { try await bench.service.submit([bench.chain.vote(silent, ack)]) }
        // Its next answer restores it.
        await bench.service.wait(.seconds(30))
        let again = Task { try await bench.service.sign(bench.chain.statement(ack), validator: silent) }
        try await bench.waitForRequests(1)
        try await bench.service.submit([bench.chain.vote(silent, ack)])
        _ = try await again.value
        #expect(await bench.service.signers(among: members) == members)
    }

    @Test func onlyTheVoteAskedForIsTaken() async throws {
        let bench = try Bench()
        let ack = try bench.chain.ack()
        try await bench.service.subscribe([1])
        let vote = Task { try await bench.service.sign(bench.chain.statement(ack), validator: 1) }
        try await bench.waitForRequests(1)
        let good = try bench.chain.vote(1, ack)
        var forged = good
        forged.signature = try bench.chain.vote(2, ack).signature
        var stranger = good
        stranger.validatorIndex = .max
        let other = try bench.chain.vote(1, bench.chain.ack(after: 2))
        let refused = await #expect(throws: SubmissionRefused.self) {
            try await bench.service.submit([forged, stranger, other, bench.chain.vote(2, ack)])
        }
        #expect(refused?.failures.map(\.index) == [0, 1, 2, 3])
        #expect(refused?.failures[0].message.contains("signature is not validator 1's") == true)
        #expect(refused?.failures[1].message.contains("is being waited for") == true)
        // The good one among bad ones is taken.
        await #expect(throws: SubmissionRefused.self) { try await bench.service.submit([forged, good]) }
        #expect(try await vote.value == good)
    }

    @Test func onlyActiveValidatorsMaySubscribe() async throws {
        let bench = try Bench()
        let refused = await #expect(throws: SubmissionRefused.self) { try await bench.service.subscribe([0, 5, 4, .max]) }
        #expect(refused?.failures.map(\.index) == [1, 3])
        #expect(Set(await bench.service.subscribers.keys) == [0, 4])
        await #expect(throws: SubmissionRefused.self) {
            try await bench.service.subscribe([ValidatorIndex](repeating: 1, count: AckVoteService.listLimit + 1))
        }
        #expect(Set(await bench.service.subscribers.keys) == [0, 4])
        let vote = try bench.chain.vote(0, bench.chain.ack())
        await #expect(throws: SubmissionRefused.self) {
            try await bench.service.submit([SignedUpdateAck](repeating: vote, count: AckVoteService.listLimit + 1))
        }
    }

    /// A client that went away is asked no more after the next epoch, which is one slot here.
    @Test func subscriptionsExpire() async throws {
        let bench = try Bench()
        let members = try await bench.members()
        try await bench.service.subscribe([1, 2])
        bench.time.advance(by: 12)
        #expect(Set(await bench.service.signers(among: members)) == [1, 2])
        try await bench.service.subscribe([2])
        bench.time.advance(by: 12)
        #expect(await bench.service.signers(among: members) == [2])
        let error = await #expect(throws: AckVoteServiceError.self) {
            try await bench.service.sign(bench.chain.statement(bench.chain.ack()), validator: 1)
        }
        #expect(error == .notSubscribed(1))
    }

    @Test func nobodyIsAskedAboutAnotherChain() async throws {
        let bench = try Bench()
        try await bench.service.subscribe([1])
        var elsewhere = try bench.chain.ack()
        elsewhere.anchorRoot = SHA256.hash([1])
        await #expect(throws: AckVoteServiceError.notAMember(1, slot: 3)) {
            try await bench.service.sign(bench.chain.statement(elsewhere), validator: 1)
        }
        #expect(await bench.service.waiting.isEmpty)
    }

    @Test func whatWaitsIsBounded() async throws {
        var limits = AckVoteService.Limits()
        (limits.requests, limits.readers, limits.answer) = (3, 2, 2)
        let bench = try Bench(limits: limits)
        let ack = try bench.chain.ack()
        try await bench.service.subscribe([0, 1, 2, 3])
        let readers = (0..<2).map { _ in Task { try await bench.service.requests(after: 0, patience: .seconds(30)) } }
        while await bench.service.readers.count < 2 { await Task.yield() }
        await #expect(throws: SubmissionRefused.self) { try await bench.service.requests(after: 0, patience: .seconds(30)) }
        let votes = (0..<3).map { validator in
            Task { try await bench.service.sign(bench.chain.statement(ack), validator: ValidatorIndex(validator)) }
        }
        for reader in readers { #expect(try await !reader.value.isEmpty) }
        while await bench.service.waiting.count < 3 { await Task.yield() }
        await #expect(throws: AckVoteServiceError.tooManyRequests(limit: 3)) {
            try await bench.service.sign(bench.chain.statement(ack), validator: 3)
        }
        // An answer holds so many; the rest comes with the next question.
        let first = try await bench.service.requests(after: 0, patience: .zero)
        #expect(first.map(\.id) == [1, 2])
        #expect(try await bench.service.requests(after: 2, patience: .zero).map(\.id) == [3])
        // Whoever asked and goes away leaves nothing behind.
        for vote in votes {
            vote.cancel()
            await #expect(throws: CancellationError.self) { try await vote.value }
        }
        #expect(await bench.service.waiting.isEmpty)
    }
}

extension AckVoteService {
    fileprivate func wait(_ duration: Duration) { patience = duration }
}
