import BeaconTypes
import EngineTypes
import Primitives
import SSZ
import StateTransition
import Testing

/// What block production asks of the state transition.
@Suite struct ProductionTests {
    /// The state root computed for a block is the one that the block carries.
    @Test func newStateRoot() throws {
        let chain = try PolChain("certificates_n4")
        for step in chain.steps where step.fault.isEmpty {
            let pre = try #require(chain.states[step.pre])
            #expect(try pre.computeNewStateRoot(step.block.message) == step.block.message.stateRoot, "\(step.name)")
        }
    }

    /// What accepted blocks hold is what the accessors tell a producer beforehand.
    @Test func expectationsOfThePayload() throws {
        let chain = try PolChain("certificates_n4")
        for step in chain.steps where step.fault.isEmpty {
            let payload = step.block.message.body.executionPayload
            var state = try #require(chain.states[step.pre])
            #expect(try state.expectedDifficulty(slot: step.block.message.slot) == payload.difficulty)
            try state.processSlots(to: step.block.message.slot)
            #expect(try state.getBeaconProposerIndex() == step.block.message.proposerIndex)
            #expect(try state.getExpectedWithdrawals().withdrawals == payload.withdrawals)
            #expect(try state.getRandaoMix(state.currentEpoch) == payload.prevRandao)
            #expect(try state.computeTimeAtSlot(state.state.slot) == payload.timestamp)
        }
    }

    /// Committees come out the same remembered and computed afresh.
    @Test func cachesChangeNothing() throws {
        let chain = try PolChain("evidence_n4")
        for pre in chain.states.values {
            var warm = pre
            try warm.warmCaches()
            let cold = CachedBeaconState(pre.state, spec: pre.spec)
            for slot in pre.state.slot.advanced(by: -min(3, Int(pre.state.slot)))...pre.state.slot {
                #expect(try warm.ackCommittee(slot) == cold.ackCommittee(slot))
            }
            #expect(try warm.getBeaconProposerIndex() == cold.getBeaconProposerIndex())
            #expect(try warm.getTotalActiveBalance() == cold.getTotalActiveBalance())
        }
    }

    @Test func historyLimits() throws {
        let chain = try PolChain("n1")
        let state = try #require(chain.states.values.max { $0.state.slot < $1.state.slot })
        #expect(throws: StateTransitionError(.historyRange)) { try state.getBlockRootAtSlot(state.state.slot) }
        #expect(throws: StateTransitionError(.arithmetic)) { try state.ackAnchorRoot(0) }
        #expect(throws: StateTransitionError(.attestationCommittee)) { try state.getBeaconCommittee(1, 1) }
        var copy = state
        #expect(throws: StateTransitionError(.slotNotLater)) { try copy.processSlots(to: state.state.slot) }
    }
}
