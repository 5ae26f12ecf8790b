import BeaconTypes
import KeyValueStore
import ServiceInterfaces
import TestSupport
import Testing

@testable import ValidatorClient

/// Wall clocks that are set while somebody waits.
@Suite(.timeLimit(.minutes(1))) struct ClockStepTests {
    /// Turns the time on by a second whenever somebody has paused, until `isDone`.
    private func turn(_ time: TurnedTime, until isDone: @escaping () async -> Bool) async throws {
        while await !isDone() {
            try await Task.sleep(for: .milliseconds(1))
            time.turn(to: time.now + 1)
        }
    }

    @Test func aClockSetRightEndsAWaitWithinASecond() async throws {
        let time = TurnedTime(110)
        let clock = time.clock(longestPause: SlotClock.longestPause)
        let wait = Task { try await clock.sleep(until: 10) }
        await time.waitForSleeper(until: 111)
        time.set(to: 110 - 3600)
        await time.waitForSleeper(until: 111 - 3600)
        time.set(to: 125)
        // The pause under way is the last one.
        time.turn(to: 126)
        try await wait.value
    }

    @Test func aWaitForASlotEndsWhenAnEarlierOneIsOfUse() async throws {
        let time = TurnedTime(110)
        let clock = time.clock(longestPause: SlotClock.longestPause)
        let wait = Task { try await clock.wait(for: 10, floor: 3) }
        await time.waitForSleeper(until: 111)
        time.set(to: 30)
        time.turn(to: 31)
        #expect(try await wait.value == false)
        // With nothing of use before it, it goes on waiting.
        time.set(to: 119)
        let patient = Task { try await clock.wait(for: 10, floor: 10) }
        await time.waitForSleeper(until: 120)
        time.set(to: 30)
        try await turn(time) { time.now > 40 }
        time.set(to: 120)
        time.turn(to: 121)
        #expect(try await patient.value)
    }

    @Test func dutiesResumeWithTheSlotAfterTheCorrection() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 10, in: scratch, longestPause: SlotClock.longestPause)
        let run = Task { await test.client.run() }
        try await turn(test.time) { await !test.node.blocks.isEmpty }
        let before = await test.node.blocks.count
        // An hour back for a while: nothing is done again.
        let right = test.time.now
        test.time.set(to: max(0, right - 100))
        for _ in 0..<5 {
            try await Task.sleep(for: .milliseconds(2))
            test.time.turn(to: test.time.now + 1)
        }
        #expect(await test.node.blocks.count == before)
        test.time.set(to: right + 5)
        let slot = (test.node.clock.currentSlot ?? 0) + 1
        try await turn(test.time) { await test.node.blocks.contains { $0.message.slot == slot } }
        // Every slot once, none twice.
        let slots = await test.node.blocks.map(\.message.slot)
        #expect(Set(slots).count == slots.count)
        run.cancel()
        await run.value
        test.store.close()
    }

    /// The slot is given to another of our validators after its payload was begun: that one proposes.
    @Test func aProposalIsTheOnesWhoseTurnItIsWhenTheSlotBegins() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 10, in: scratch, longestPause: SlotClock.longestPause)
        let run = Task { await test.client.run() }
        try await turn(test.time) { await test.node.prepared.contains(11) }
        #expect(test.node.clock.currentSlot == 10)
        await test.node.set { $0.proposer = 1 }
        try await turn(test.time) { await test.node.blocks.contains { $0.message.slot == 11 } }
        #expect(await test.node.blocks.first { $0.message.slot == 11 }?.message.proposerIndex == 1)
        #expect(await test.client.figures.missedProposals == 0)
        run.cancel()
        await run.value
        test.store.close()
    }

    /// Its turn comes as before, and nothing is built for it; whose turn comes then proposes.
    @Test func aSlashedValidatorProposesNothing() async throws {
        let scratch = Scratch()
        let test = try TestClient(slot: 10, in: scratch, longestPause: SlotClock.longestPause)
        await test.node.set { $0.standingsAnswer = [0: ValidatorStanding(status: .slashing, balance: 1)] }
        let run = Task { await test.client.run() }
        try await turn(test.time) { await test.node.clock.currentSlot == 13 }
        await test.node.set { $0.proposer = 1 }
        try await turn(test.time) { await test.node.blocks.contains { $0.message.slot > 13 } }
        #expect(await test.node.blocks.allSatisfy { $0.message.proposerIndex == 1 })
        #expect(await test.node.prepared.allSatisfy { $0 >= 13 })
        #expect(await test.client.figures.missedProposals == 0)
        run.cancel()
        await run.value
        test.store.close()
    }

    @Test func stepsAreToldOnceWithTheirSize() {
        let clock = SlotClock(genesisTime: 0, slotDurationMilliseconds: 12_000, now: { 0 })
        var watch = ClockWatch(clock: clock)
        #expect(watch.look(wall: 1000, monotonic: 5, head: nil) == [])
        #expect(watch.look(wall: 1001.25, monotonic: 6, head: nil) == [])
        #expect(watch.look(wall: 1002 - 3600, monotonic: 7, head: nil) == [.stepped(by: -3600.25)])
        #expect(watch.look(wall: 1003 - 3600, monotonic: 8, head: nil) == [])
        #expect(watch.look(wall: 1004, monotonic: 9, head: nil) == [.stepped(by: 3600)])
        #expect(ClockWatch.Event.stepped(by: -3600.25).description.hasPrefix("The clock was set back by 3600.3 s"))
    }

    @Test func aClockBehindTheHeadIsToldOnce() {
        let now = TurnedTime(1200)
        var watch = ClockWatch(clock: now.clock())
        #expect(watch.look(wall: 1200, monotonic: 0, head: 101) == [])
        #expect(watch.look(wall: 1200, monotonic: 0, head: 102) == [.behindHead(seconds: 24)])
        #expect(watch.look(wall: 1200, monotonic: 0, head: 102) == [])
        #expect(watch.look(wall: 1200, monotonic: 0, head: 101) == [.caughtUp])
    }
}
