import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import Testing

@testable import BeaconNode

/// The figures under Prysm's names, against the state that they are about.
@Suite struct MetricsTests {
    @Test func chainFigures() async throws {
        let chain = try TestChain()
        for slot in 1...8 as ClosedRange<Slot> { try await chain.advance(slot) }
        let node = chain.node
        let state = await node.head.state.state
        let samples = await node.metrics()
        func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
            samples.first { $0.name == name && $0.labels == labels }?.value
        }
        #expect(value("beacon_head_slot") == 8 && value("beacon_slot") == 8 && value("beacon_clock_time_slot") == 8)
        #expect(value("beacon_finalized_epoch") == Double(state.finalizedCheckpoint.epoch))
        #expect(value("head_finalized_epoch") == Double(state.finalizedCheckpoint.epoch))
        #expect(value("beacon_previous_justified_epoch") == Double(state.previousJustifiedCheckpoint.epoch))
        let low = state.finalizedCheckpoint.root.bytes.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        #expect(value("beacon_finalized_root") == Double(low))
        for name in [
            "head_finalized_root", "beacon_current_justified_root", "beacon_current_justified_epoch", "beacon_previous_justified_root",
        ] { #expect(value(name) != nil, "\(name)") }
        let stake = Double(chain.spec.preset.minActivationBalance) * 4
        #expect(value("validator_count", ["state": "Active"]) == 4 && value("validator_count", ["state": "Exited"]) == 0)
        #expect(value("validators_total_effective_balance", ["state": "Active"]) == stake)
        #expect(value("validators_total_balance", ["state": "Active"]) == Double(state.balances.reduce(0, +)))
        #expect(value("beacon_prev_epoch_active_gwei") == stake && value("beacon_prev_epoch_target_gwei") == stake)
        #expect(value("new_payload_valid_node_count") == 8 && value("new_payload_invalid_node_count") == 0)
        #expect(value("beacon_absent_stake_ratio") == 0 && value("beacon_absent_validators") == 0)
        // One sample for each name and labels: a scrape with two of the same fails.
        #expect(Set(samples.map { "\($0.name)\($0.labels)" }).count == samples.count)
    }

    @Test func absence() async throws {
        let chain = try TestChain()
        for slot in 1...8 as ClosedRange<Slot> {
            try await chain.goTo(slot)
            try await chain.node.publishBlock(try await chain.propose(slot))
            try await chain.attest(slot, except: [2])
        }
        let samples = await chain.node.metrics()
        #expect(samples.first { $0.name == "beacon_absent_stake_ratio" }?.value == 0.25)
        #expect(samples.first { $0.name == "beacon_absent_validators" }?.value == 1)
    }

    /// Every state of a validator's life falls into one group; who exits or is being slashed is at work until it has left.
    @Test func registryGroups() throws {
        var cached = try TestChain.genesis(keys: (0..<7).map { try TestChain.key($0) }, spec: .pol)
        let far = Constant.farFutureEpoch
        let lives: [(active: Epoch, exit: Epoch, slashed: Bool)] = [
            (0, far, false), (far, far, false), (0, 9, false), (0, 9, true), (0, 2, false), (0, 2, true), (0, far, false),
        ]
        var state = cached.state
        for (index, life) in lives.enumerated() {
            state.validators[index].activationEpoch = life.active
            state.validators[index].exitEpoch = life.exit
            state.validators[index].slashed = life.slashed
        }
        state.slot = 5
        cached = CachedBeaconState(state, spec: .pol)
        let counts = RegistryFigures(cached).samples.filter { $0.name == "validator_count" }
        let expected = ["Pending": 1.0, "Active": 4, "Exiting": 1, "Exited": 1, "Slashing": 1, "Slashed": 1]
        #expect(Dictionary(counts.map { ($0.labels["state"] ?? "", $0.value) }) { first, _ in first } == expected)
    }

    @Test func standings() async throws {
        let chain = try TestChain()
        for slot in 1...6 as ClosedRange<Slot> { try await chain.advance(slot) }
        let standings = await chain.node.standings(of: [0, 3, 9, .max])
        #expect(Set(standings.keys) == [0, 3])
        let state = await chain.node.head.state.state
        #expect(standings[3]?.balance == state.balances[3] && standings[3]?.status == .active && standings[3]?.inactivityScore == 0)
        #expect(standings[3]?.previousEpochVotes?.target == true)
        var validator = state.validators[0]
        validator.activationEpoch = 9
        #expect(ValidatorStanding.Status(validator, epoch: 5) == .pending)
        validator.activationEligibilityEpoch = Constant.farFutureEpoch
        #expect(ValidatorStanding.Status(validator, epoch: 5) == .deposited)
        validator.activationEpoch = 0
        validator.exitEpoch = 7
        #expect(ValidatorStanding.Status(validator, epoch: 5) == .exiting && ValidatorStanding.Status(validator, epoch: 7) == .exited)
        validator.slashed = true
        #expect(ValidatorStanding.Status(validator, epoch: 5) == .slashing)
    }
}
