import BeaconTypes
import Primitives
import SSZ
import SSZOracle
import TestSupport
import Testing

/// A state's cached root against the recursive root, through the mutations that a transition makes.
@Suite("Cached state roots") struct StateCacheTests {
    static let spec = BeaconSpec(preset: .minimal, config: .pol, fork: .pol)

    @Test("random mutations and forks of a state") func mutations() {
        var generator = SeededGenerator(seed: 5)
        var state = randomValue(BeaconState.self, Self.spec, maxCount: 40, using: &generator)
        for _ in 0..<150 { addValidator(to: &state, using: &generator) }
        var kept: [(BeaconState, Hash32)] = []
        for round in 0..<25 {
            for _ in 0..<Int.random(in: 0...12, using: &generator) { mutate(&state, using: &generator) }
            let root = slowRoot(state, Self.spec)
            #expect(state.hashTreeRoot(Self.spec) == root, "round \(round), caches not filled")
            #expect(state.cachedHashTreeRoot(Self.spec) == root, "round \(round)")
            if round % 5 == 0 { kept.append((state, root)) }
            if round % 7 == 6, let earlier = kept.randomElement(using: &generator) { state = earlier.0 }
        }
        for (state, root) in kept {
            var copy = state
            #expect(copy.cachedHashTreeRoot(Self.spec) == root, "a copy changed with the original")
        }
    }

    private func addValidator(to state: inout BeaconState, using generator: inout SeededGenerator) {
        state.validators.append(randomValue(Validator.self, Self.spec, using: &generator))
        state.balances.append(generator.next())
        state.inactivityScores.append(0)
        state.previousEpochParticipation.append(0)
        state.currentEpochParticipation.append(UInt8.random(in: 0...7, using: &generator))
    }

    private func mutate(_ state: inout BeaconState, using generator: inout SeededGenerator) {
        let index = Int.random(in: state.validators.indices, using: &generator)
        let random = Hash32(generator.bytes(32)) ?? .zero
        switch Int.random(in: 0..<12, using: &generator) {
        case 0: state.validators[index].effectiveBalance &+= 1
        case 1: state.balances[Int.random(in: state.balances.indices, using: &generator)] &+= 5
        case 2: addValidator(to: &state, using: &generator)
        case 3: state.blockRoots[Int.random(in: state.blockRoots.indices, using: &generator)] = random
        case 4:
            state.previousEpochParticipation = state.currentEpochParticipation
            state.currentEpochParticipation = SSZList(repeating: 0, count: state.validators.count)
        case 5: state.balances.updateEach { index, balance in if index % 3 == 0 { balance &+= 1 } }
        case 6: state.pendingDeposits.append(randomValue(PendingDeposit.self, Self.spec, using: &generator))
        case 7: state.pendingDeposits = SSZList(state.pendingDeposits.dropFirst(3))
        case 8: state.historicalSummaries.append(HistoricalSummary(blockSummaryRoot: random, stateSummaryRoot: random))
        case 9: state.eth1DataVotes.removeAll()
        case 10: state.inactivityScores.assign(state.inactivityScores.map { $0 % 7 })
        default: state.learning.recentUpdateIds[Int.random(in: 0..<64, using: &generator)] = random
        }
    }
}
