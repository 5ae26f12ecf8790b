import BlockingWork
import Testing

@Suite struct FirstOutcomeTests {
    private struct Fault: Error, Equatable {}

    @Test func theFirstCounts() async throws {
        let outcome = FirstOutcome<Int>()
        #expect(!outcome.isSettled && outcome.time == nil)
        async let early = outcome.value(within: .seconds(600))
        #expect(outcome.settle(.success(1)))
        #expect(!outcome.settle(.success(2)) && !outcome.settle(.failure(Fault())))
        #expect(try await early == 1)
        #expect(try await outcome.value(within: .zero) == 1)
        #expect(outcome.isSettled && outcome.time != nil)
    }

    @Test func errorsReachAllWhoWait() async throws {
        let outcome = FirstOutcome<Int?>()
        outcome.settle(.failure(Fault()))
        for _ in 0..<2 { await #expect(throws: Fault()) { try await outcome.value(within: .zero) } }
    }

    /// Who waits no longer gets nothing, and others still get what comes.
    @Test func timeEnds() async throws {
        let outcome = FirstOutcome<Int>()
        #expect(try await outcome.value(within: .milliseconds(1)) == nil)
        outcome.settle(.success(3))
        #expect(try await outcome.value(within: .milliseconds(1)) == 3)
    }
}
