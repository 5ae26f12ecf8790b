import BeaconTypes
import Primitives
import SSZ
import StateTransition
import Testing

@Suite struct GenesisStateTests {
    private let stake: Gwei = 32_000_000_000
    /// The public key of the secret key 1, and another valid one (the secret key 2).
    private let key1 = "0x97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
    private let key2 = "0xa572cbea904d67468808c8eb50a9450c9721db309128012543902d0ac358a62ae28f75bb8f1c7c42c39a8c5529bf0f4e"

    private func genesis(_ validators: [(String, Gwei)], time: UInt64 = 5) throws -> CachedBeaconState {
        var header = ExecutionPayloadHeader(default: .pol)
        header.timestamp = 5
        return try CachedBeaconState.genesisState(
            spec: .pol,
            validators: validators.map { GenesisValidator(pubkey: try BLSPubkey(hex: $0.0), withdrawalAddress: .zero, balance: $0.1) },
            genesisTime: time, executionHeader: header)
    }

    @Test func oneValidator() throws {
        let genesis = try genesis([(key1, stake)])
        #expect(genesis.getActiveValidatorIndices(0) == [0])
        #expect(try genesis.getBeaconProposerIndex() == 0)
        #expect(try genesis.ackCommittee(0) == [0])
        #expect(genesis.getEth1PendingDepositCount() == 0)
        #expect(genesis.state.depositRequestsStartIndex == 0)
        #expect(genesis.state.learning.recentUpdateIds.count == 64)
        #expect(genesis.state.validators[0].withdrawalCredentials[0] == 1)
        #expect(try genesis.getTotalActiveBalance() == stake)
    }

    @Test func partialStakeWaits() throws {
        let genesis = try genesis([(key1, stake), (key2, stake - 1)])
        #expect(genesis.getActiveValidatorIndices(0) == [0])
        #expect(genesis.validatorIndex(of: try BLSPubkey(hex: key2)) == 1)
    }

    @Test func badInput() throws {
        #expect(throws: StateTransitionError(.genesisInput)) { try genesis([(key1, stake)], time: 6) }
        #expect(throws: StateTransitionError(.genesisInput)) { try genesis([(key1, stake), (key1, stake)]) }
        #expect(throws: StateTransitionError(.noActiveValidators)) { try genesis([]) }
        #expect(throws: StateTransitionError(.noActiveValidators)) { try genesis([(key1, stake - 1)]) }
        #expect(throws: StateTransitionError(.publicKey)) { try genesis([("0x" + String(repeating: "00", count: 48), stake)]) }
    }

    /// A state from outside is taken only when its parts fit together.
    @Test func inconsistentStates() throws {
        let genesis = try genesis([(key1, stake), (key2, stake)])
        _ = try CachedBeaconState(checking: genesis.state, spec: .pol)
        func refused(_ edit: (inout BeaconState) -> Void) -> Bool {
            var state = genesis.state
            edit(&state)
            return doesThrow(StateTransitionError(.inconsistentState)) { try CachedBeaconState(checking: state, spec: .pol) }
        }
        #expect(refused { $0.balances = [1] })
        #expect(refused { $0.inactivityScores = [] })
        #expect(refused { $0.previousEpochParticipation = [0, 0, 0] })
        #expect(refused { $0.currentEpochParticipation = [0] })
        #expect(refused { $0.justificationBits = [] })
        #expect(refused { $0.randaoMixes = [] })
        #expect(refused { $0.currentSyncCommittee.pubkeys = [] })
    }

    private func doesThrow(_ expected: StateTransitionError, _ body: () throws -> CachedBeaconState) -> Bool {
        do {
            _ = try body()
            return false
        } catch {
            return error as? StateTransitionError == expected
        }
    }

    /// The genesis block's root is what the first block names as its parent.
    @Test func genesisBlockIsTheFirstParent() throws {
        let chain = try PolChain("n1")
        let step = try #require(chain.steps.first)
        var genesis = try #require(chain.states[step.pre])
        let block = genesis.genesisBlock()
        #expect(block.hashTreeRoot(.pol) == step.block.message.parentRoot)
    }
}
