import BeaconTypes
import Primitives
import SSZ
import StateTransition
import Testing

/// A chain that rests wakes again, and moving through its empty slots fast leads to the states that the slow way leads to.
@Suite struct RestTests {
    private static let slotsPerHour: Slot = 300

    /// A rest costs nobody more than one missed attestation, and the chain finalises at once when it goes on.
    @Test(arguments: [1, 4, 16], [3 * slotsPerHour, 24 * slotsPerHour]) func wakes(validators: Int, rest: Slot) throws {
        try Self.wake(validators: validators, rest: rest)
    }

    /// Sixty days; five without optimisation.
    @Test(arguments: [1, 4, 16]) func wakesAfterTwoMonths(validators: Int) throws {
        try Self.wake(validators: validators, rest: Self.longest * 24 * Self.slotsPerHour)
    }

    #if DEBUG
        private static let longest: Slot = 5
    #else
        private static let longest: Slot = 60
    #endif

    private static func wake(validators: Int, rest: Slot) throws {
        var chain = try PolSimulator(validators: validators)
        try chain.advance(to: 8)
        let before = chain.state.state
        #expect(before.finalizedCheckpoint.epoch > 0)
        let woken = 8 + rest + 1
        try chain.add(try chain.block(woken, .init(attests: false)))
        var finalized: Slot?
        while finalized == nil, chain.state.state.slot < woken + 10 {
            try chain.advance()
            if chain.state.state.finalizedCheckpoint.epoch >= woken { finalized = chain.state.state.slot }
        }
        #expect(try #require(finalized) <= woken + 10)
        let after = chain.state.state
        #expect(chain.state.getActiveValidatorIndices(chain.state.currentEpoch).count == validators)
        for position in 0..<validators {
            #expect(after.validators[position].effectiveBalance == 32_000_000_000)
            // No more than a few slots' rewards and penalties either way.
            #expect(after.balances[position] + 10_000_000 > before.balances[position])
        }
    }

    /// What a rest may begin with: votes and bits that run out, eth1 votes until their period ends, a deposit that is never
    /// finalised, an exit and a slashed validator's dates that come up on the way.
    enum Beginning: CaseIterable {
        case genesis, votes, eth1Votes, deposit, exit, slashed, consolidation
    }

    @Test(arguments: Beginning.allCases) func fastEqualsSlow(beginning: Beginning) throws {
        var chain = try PolSimulator(validators: 5)
        switch beginning {
        case .genesis: break
        case .deposit:
            try chain.advance(to: 6)
            let request = chain.deposit(try PolSimulator.key(1000), index: 0)
            try chain.advance(.init(deposits: [request]))
        default: try chain.advance(to: 6)
        }
        var state = chain.state
        let slot = state.state.slot
        switch beginning {
        case .eth1Votes: state.state.eth1DataVotes.append(state.state.eth1Data)
        case .exit:
            state.state.validators[1].exitEpoch = slot + 400
            state.state.validators[1].withdrawableEpoch = slot + 700
        case .slashed:
            state.state.validators[2].slashed = true
            state.state.validators[2].exitEpoch = slot + 5
            state.state.validators[2].withdrawableEpoch = slot + 8192 + 600
            state.state.slashings[Int(slot) + 900] = 32_000_000_000
        case .consolidation:
            state.state.validators[3].exitEpoch = slot + 5
            state.state.validators[3].withdrawableEpoch = slot + 300
            state.state.pendingConsolidations.append(PendingConsolidation(sourceIndex: 3, targetIndex: 0))
        default: break
        }
        state.resetCaches()
        var fast = state
        var slow = state
        for later in [slot + 200, slot + 256, slot + 1100] {
            try fast.processSlots(to: later)
            try slow.processSlotsOneByOne(to: later)
            #expect(fast.hashTreeRoot() == slow.hashTreeRoot(), "\(beginning) at slot \(later)")
        }
        #expect(fast.state == slow.state)
        #expect(beginning != .slashed || fast.state.balances[2] < state.state.balances[2] / 2)
        #expect(beginning != .consolidation || fast.state.balances[3] < 1_000_000_000)
    }

    /// Across the ring's length, where a historical summary is made, and with one committee period after the other.
    @Test func fastEqualsSlowAcrossTheRing() throws {
        var chain = try PolSimulator(validators: 3)
        try chain.advance(to: 5)
        var fast = chain.state
        var slow = chain.state
        try fast.processSlots(to: 2200)
        try slow.processSlotsOneByOne(to: 2200)
        #expect(fast.hashTreeRoot() == slow.hashTreeRoot())
        #expect(fast.state.historicalSummaries.count == 1)
        // The remembered hashes are those of the state
        var anew = CachedBeaconState(try BeaconState(deserializing: fast.state.serialize(.pol), .pol), spec: .pol)
        #expect(anew.hashTreeRoot() == fast.hashTreeRoot())
    }

    /// An epoch without a block leaves scores and balances alone; the same epoch under Electra's rules does not.
    @Test func idleEpochsCostNothing() throws {
        var chain = try PolSimulator(validators: 4)
        try chain.advance(to: 5)
        let before = try chain.state(at: 6).state
        let later = try chain.state(at: 105)
        #expect(later.state.balances == before.balances)
        #expect(later.state.inactivityScores == before.inactivityScores)
        var electra = CachedBeaconState(chain.state.state, spec: BeaconSpec(preset: .pol, config: .pol, fork: .electra))
        try electra.processSlots(to: 105)
        #expect(electra.state.balances[0] < before.balances[0])
        #expect(electra.state.inactivityScores[0] > 0)
    }

    /// A checkpoint older than the weak subjectivity period is not one to start from.
    @Test func aLongRestPassesTheWeakSubjectivityPeriod() throws {
        var chain = try PolSimulator(validators: 4)
        try chain.advance(to: 5)
        let period = try chain.state.computeWeakSubjectivityPeriod()
        #expect(period == 8192 + 10 * 128 / (2 * 4 * 100))
        #expect(try chain.state.isWithinWeakSubjectivityPeriod(currentEpoch: 5 + period))
        #expect(try !chain.state.isWithinWeakSubjectivityPeriod(currentEpoch: 6 + period))
    }
}
