import BeaconTypes
import Foundation
import JSON
import Primitives
import SSZ
import StateTransition
import Testing

/// Validators that stay away while others go on: what the leak takes from them, against the executable specification and
/// against a closed form.
@Suite struct AbsenceTests {
    private static let away = [6, 2]

    private static func vectors(_ absent: Int) throws -> (genesis: CachedBeaconState, lines: [JSONValue]) {
        let name = absent == 6 ? "absence_6_of_16" : "absence_2_of_4"
        let text = try String(contentsOf: try TestVectors.committed.appending(path: "\(name).jsonl"), encoding: .utf8)
        let lines = try text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
        return (try PolChain.genesis(lines[0]), Array(lines.dropFirst()))
    }

    /// State roots and balances at the slots that the executable specification went through.
    @Test(arguments: away) func equalsTheExecutableSpecification(absent: Int) throws {
        let (genesis, lines) = try Self.vectors(absent)
        var chain = AbsenceSimulator(genesis, absent: absent)
        var checked = 0
        // The longer half takes a minute without optimisation.
        for line in lines where try #require(line["slot"]?.uint64) <= Self.lastSlot {
            let slot = try #require(line["slot"]?.uint64)
            while chain.state.state.slot < slot { try chain.advance() }
            let balances = try #require(line["balances"]?.array).map(\.uint64)
            #expect(chain.state.state.balances.array == balances, "slot \(slot)")
            var state = chain.state
            #expect(state.hashTreeRoot() == (try Root(hex: try #require(line["state"]?.string))), "slot \(slot)")
            checked += 1
        }
        #expect(checked >= 6)
    }

    /// What is left to an absent validator after `blocks` blocks, by the closed form.
    @Test(arguments: away) func followsTheClosedForm(absent: Int) throws {
        let (_, lines) = try Self.vectors(absent)
        let last = try #require(lines.last)
        let count = absent == 6 ? 16 : 4
        let slots = Double(try #require(last["slot"]?.uint64))
        let form = AbsenceForm(validators: count, absent: absent)
        let balance = Double(try #require(last["balances"]?.array?[count - 1].uint64))
        let expected = form.balance(afterBlocks: slots * form.blocksPerSlot)
        // Who proposes is chance, and base rewards rise a little as the total falls.
        #expect(abs(balance - expected) < 0.08 * (32e9 - expected), "\(balance), closed form \(expected)")
    }

    /// How long absence may last, by the closed form (docs/protocol.md#epoch-processing).
    @Test func finalityReturnsByTheClosedForm() {
        #expect((45_000...55_000).contains(AbsenceForm(validators: 16, absent: 6).slotsUntilFinality(effectiveBalance: 26)))
        #expect((97_200...132_000).contains(AbsenceForm(validators: 4, absent: 2).slotsUntilFinality(effectiveBalance: 16)))
    }

    #if DEBUG
        private static let lastSlot: UInt64 = 500
    #else
        private static let lastSlot: UInt64 = 5000
    #endif
}

/// The balance of a validator that is away, as a continuous function of the blocks that others make.
///
/// In a leak each block adds INACTIVITY_SCORE_BIAS to its score, takes `effective · score / (bias · quotient)` and, for the missed
/// source and target votes, `effective · base reward per increment · 40/64`; so `balance' = −balance · (n / quotient + c)` and
/// `balance(n) = 32 · exp(−n² / (2 · quotient) − c · n)`.
struct AbsenceForm {
    let validators: Int
    let absent: Int

    private static let quotient = 4_294_967_296.0
    /// Blocks in which scores do not rise yet: MIN_EPOCHS_TO_INACTIVITY_PENALTY.
    private static let before = 64.0

    /// `c`: the share of the effective balance that a block's missed source and target votes cost.
    private var missedVotes: Double {
        let perIncrement = 1e9 * 2 / (Double(validators) * 32e9).squareRoot()
        return perIncrement / 1e9 * 40 / 64
    }

    /// The share of slots whose proposer is here.
    var blocksPerSlot: Double { Double(validators - absent) / Double(validators) }

    /// Gwei.
    func balance(afterBlocks blocks: Double) -> Double {
        let leaking = max(0, blocks - Self.before)
        return 32e9 * exp(-leaking * leaking / (2 * Self.quotient) - missedVotes * blocks)
    }

    /// When the effective balance has fallen to this many POL: the balance is then a quarter under the next one.
    func slotsUntilFinality(effectiveBalance: Double) -> Double {
        var blocks = 0.0
        while balance(afterBlocks: blocks) > (effectiveBalance + 0.75) * 1e9 { blocks += 10 }
        return blocks / blocksPerSlot
    }
}
