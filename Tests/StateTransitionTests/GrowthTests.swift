import AckQuorum
import BeaconTypes
import Primitives
import SSZ
import StateTransition
import Testing

/// Deposits that arrive in payloads bring validators, exits take them: committee and quorum follow.
@Suite struct GrowthTests {
    private func seats(_ chain: PolSimulator) throws -> (members: Int, quorum: UInt64) {
        let context = try chain.context(chain.state.state.slot)
        return (context.members.count, context.quorum)
    }

    /// From one size to the next by one deposit request.
    @Test(arguments: [1, 2, 3, 4, 63]) func aDepositMakesAMember(size: Int) throws {
        var chain = try PolSimulator(validators: size)
        try chain.advance(to: 5)
        #expect(try seats(chain) == (size, AckQuorumRule.quorum(committeeSize: UInt64(size), setting: 0)))

        let key = try PolSimulator.key(1000)
        let request = chain.deposit(key, index: 0)
        let slot = try chain.advance(.init(deposits: [request])).slot
        #expect(chain.state.state.pendingDeposits.count == 1)
        #expect(chain.state.state.validators.count == size)
        // The deposit waits until its slot is finalised and the churn of 4 POL an epoch has gathered 32
        var applied: Slot?
        var activated: Slot?
        while activated == nil, chain.state.state.slot < slot + 40 {
            try chain.advance()
            let state = chain.state.state
            if applied == nil, state.validators.count > size {
                applied = state.slot
                #expect(state.pendingDeposits.isEmpty)
                #expect(state.finalizedCheckpoint.epoch >= slot)
            }
            if chain.state.getActiveValidatorIndices(chain.state.currentEpoch).count > size { activated = state.slot }
        }
        #expect(try #require(applied) >= slot + 4)
        #expect(try #require(activated) > (applied ?? 0))
        #expect(try seats(chain) == (size + 1, AckQuorumRule.quorum(committeeSize: UInt64(size + 1), setting: 0)))
        #expect(try chain.state.ackCommittee(chain.state.state.slot).contains(ValidatorIndex(size)))
        // The new member's vote counts: everybody but one of the old ones makes a certificate
        let last = try chain.advanceToReveal()
        let certificate = try chain.certificate(slot: last, others: try chain.othersNeeded(slot: last))
        try chain.advance(.init(certificate: certificate))
        #expect(chain.state.state.learning.updateCount == 1)
    }

    /// A deposit with a bad signature takes its money and brings nobody.
    @Test func aBadDepositSignatureMakesNoMember() throws {
        var chain = try PolSimulator(validators: 2)
        try chain.advance(to: 2)
        var request = chain.deposit(try PolSimulator.key(1000), index: 0)
        request.signature = BLSSignature()
        try chain.advance(.init(deposits: [request]))
        try chain.advance(to: 30)
        #expect(chain.state.state.validators.count == 2)
        #expect(chain.state.state.pendingDeposits.isEmpty)
    }

    /// An exit shrinks the committee after its churn and look-ahead.
    @Test(arguments: [2, 3, 5, 64]) func anExitShrinksTheCommittee(size: Int) throws {
        var config = ChainConfig.pol
        config.shardCommitteePeriod = 4
        let spec = BeaconSpec(preset: .pol, config: config, fork: .pol)
        var chain = try PolSimulator(validators: size, spec: spec)
        try chain.advance(to: 2)
        let leaver = ValidatorIndex(size - 1)
        let exit = SignedVoluntaryExit(message: VoluntaryExit(epoch: 3, validatorIndex: leaver), signature: BLSSignature())
        // One epoch before the shard committee period is over it is too early
        #expect(throws: StateTransitionError(.exitTooYoung)) { try chain.block(3, .init(exits: [exit])) }
        try chain.advance()
        try chain.advance(.init(exits: [exit]))
        let exitEpoch = chain.state.state.validators[Int(leaver)].exitEpoch
        #expect(exitEpoch > 4 && exitEpoch < Constant.farFutureEpoch)
        try chain.advance(to: exitEpoch - 1)
        #expect(try seats(chain).members == size)
        try chain.advance()
        #expect(try seats(chain) == (size - 1, AckQuorumRule.quorum(committeeSize: UInt64(size - 1), setting: 0)))
        #expect(try !chain.state.ackCommittee(exitEpoch).contains(leaver))
        // The chain goes on finalising with the rest
        let before = chain.state.state.finalizedCheckpoint.epoch
        try chain.advance(to: exitEpoch + 6)
        #expect(chain.state.state.finalizedCheckpoint.epoch > before)
    }
}
