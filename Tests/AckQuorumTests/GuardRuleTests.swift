import AckQuorum
import BeaconTypes
import Primitives
import SSZ
import Testing

/// What a guard slice has to show, at its boundaries. The vectors of the executable specification hold the same rules in whole blocks.
@Suite struct GuardRuleTests {
    /// A fall of 0.5 is claimed on the DEV_TEXTS.
    private func ack(
        task: (Float, Float) = (4, 3.75), general: (base: Float, parent: Float, after: Float) = (4, 4, 4)
    ) -> UpdateAck {
        var ack = UpdateAck()
        (ack.lossBefore, ack.lossAfter) = (Float(4).bitPattern, Float(3.5).bitPattern)
        ack.guardLosses = GuardLosses(
            taskBefore: task.0.bitPattern, taskAfter: task.1.bitPattern, generalBase: general.base.bitPattern,
            generalParent: general.parent.bitPattern, generalAfter: general.after.bitPattern)
        return ack
    }

    private func passes(_ ack: UpdateAck) -> Bool { GuardRule.passes(ack, hasPools: true) }

    @Test func halfOfTheClaimIsConfirmed() {
        #expect(passes(ack(task: (4, 3.75))))
        #expect(!passes(ack(task: (4, Float(3.75).nextUp))))
        #expect(passes(ack(task: (4, 1))))
        // Under 0.05 it must not rise.
        #expect(passes(ack(task: (0.04, 0.04))))
        #expect(!passes(ack(task: (0.04, Float(0.04).nextUp))))
        for value in [Float.nan, .infinity, -1, 65_536] { #expect(!passes(ack(task: (4, value)))) }
    }

    @Test func generalTextStays() {
        #expect(passes(ack(general: (4, 4, 4.03))))
        #expect(!passes(ack(general: (4, 4, 4.05))))
        #expect(passes(ack(general: (4, 4.07, 4.07))))
        #expect(!passes(ack(general: (4, 4.07, 4.09))))
        // Above the level only what gets clearly better goes on: by 0.5 % of the base model's.
        #expect(passes(ack(general: (4, 4.125, 4.09))))
        #expect(!passes(ack(general: (4, 4.125, 4.11))))
        // Nobody knows general text by heart.
        #expect(!passes(ack(task: (0.04, 0.04), general: (0, 0, 0))))
        for value in [Float.nan, .infinity, -1, 65_536] { #expect(!passes(ack(general: (4, 4, value)))) }
    }

    /// A chain without pools has no slice, and nobody states one.
    @Test func withoutPools() {
        #expect(GuardRule.passes(UpdateAck(), hasPools: false))
        #expect(!GuardRule.passes(ack(), hasPools: false))
        #expect(GuardRule.paidFall(ack(), hasPools: false) == 1 << 31)
    }

    @Test func whatIsPaidIsTheSmallerFall() {
        #expect(GuardRule.paidFall(ack(task: (4, 3.75)), hasPools: true) == 1 << 30)
        #expect(GuardRule.paidFall(ack(task: (4, 3)), hasPools: true) == 1 << 31)
        #expect(GuardRule.paidFall(ack(task: (4, 4)), hasPools: true) == 0)
    }

    private func learning(_ losses: [GeneralLoss], count: UInt64) -> LearningState {
        var learning = LearningState(default: .pol)
        learning.taskPoolRoot = SHA256.hash([1])
        for (index, loss) in losses.enumerated() { learning.generalLosses[index] = loss }
        learning.updateCount = count
        return learning
    }

    @Test func theBudgetIsJudgedOnSums() {
        let over = ack(general: (4, 4.03, 4.06))
        #expect(!GuardRule.isWithinBudget(over, learning([], count: 0)))
        // What earlier ones left over is there for this one, and no more.
        let saved = GeneralLoss(base: Float(4).bitPattern, after: Float(4).bitPattern)
        #expect(GuardRule.isWithinBudget(over, learning([saved], count: 1)))
        let spent = GeneralLoss(base: Float(4).bitPattern, after: Float(4.04).bitPattern)
        #expect(!GuardRule.isWithinBudget(over, learning([spent], count: 1)))
        // The entry that this one overwrites counts no more.
        #expect(!GuardRule.isWithinBudget(over, learning([saved], count: 64)))
        // An update under which it gets clearly better goes on; luck is not enough.
        #expect(GuardRule.isWithinBudget(ack(general: (4, 4.07, 4.0475)), learning([spent], count: 1)))
        #expect(!GuardRule.isWithinBudget(ack(general: (4, 4.06, 4.06)), learning([spent], count: 1)))
        #expect(!GuardRule.isWithinBudget(ack(general: (4, 4.06, 4.045)), learning([spent], count: 1)))
    }

    /// Many small steps for the worse, each too small for a slice to tell from its noise: what the ring remembers stays within 1 %, and
    /// the truth little above 2 %. Without the budget it goes on.
    @Test(arguments: [0, 0.003, 0.012, 0.015] as [Float]) func patienceGainsNothing(noise: Float) {
        let bounded = drift(noise: noise, isBudgeted: true)
        let free = drift(noise: noise, isBudgeted: false)
        #expect(bounded.remembered <= 0.012 && bounded.level <= 0.03, "\(bounded)")
        #expect(free.accepted > bounded.accepted && free.remembered > bounded.remembered, "\(free) and \(bounded)")
    }

    /// 400 candidates that each make general text worse by 0.05 % of the base model's loss; slices see that with noise.
    private func drift(noise: Float, isBudgeted: Bool) -> (accepted: UInt64, level: Float, remembered: Float) {
        var (state, level, random) = (learning([], count: 0), Float(4), UInt64(1))
        func uniform() -> Float {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(random >> 40) / Float(1 << 24)
        }
        for _ in 0..<400 {
            let luck = (0..<12).reduce(Float(-6)) { sum, _ in sum + uniform() }
            let step = ack(general: (4, level, level + 0.002 + noise * luck))
            guard passes(step), !isBudgeted || GuardRule.isWithinBudget(step, state) else { continue }
            state.generalLosses[Int(state.updateCount % 64)] = GeneralLoss(
                base: step.guardLosses.generalBase, after: step.guardLosses.generalAfter)
            state.updateCount += 1
            level += 0.002
        }
        let kept = state.generalLosses.filter { $0.base != 0 }.map { Float(bitPattern: $0.after) / 4 - 1 }
        return (state.updateCount, level / 4 - 1, kept.reduce(0, +) / Float(max(1, kept.count)))
    }
}

@Suite struct RevealRuleTests {
    private let candidate = UpdateCandidate(
        baseModelRoot: .zero, parentAdapterRoot: .zero, slot: 10, author: 4, inputs: [], selected: [])

    /// The reveal slot when these proposed in the slots from 11 on; `nil` where nobody did.
    private func reveal(_ proposers: [ValidatorIndex?], size: Int = 5) -> Slot? {
        var learning = LearningState(default: .pol)
        for (offset, proposer) in proposers.enumerated() {
            learning.recentProposers[11 + offset] = proposer ?? Constant.noProposer
        }
        return RevealRule.slot(candidate, committeeSize: size, learning: learning, headSlot: 10 + UInt64(proposers.count))
    }

    @Test func twoMembersBesidesTheAuthor() {
        #expect(reveal([1, 2]) == 12)
        #expect(reveal([1]) == nil)
        // The same twice, the author, and slots without a block do not count.
        #expect(reveal([1, 1, 1, 2]) == 14)
        #expect(reveal([4, 1, 4, 2]) == 14)
        #expect(reveal([nil, 1, nil, nil, 2]) == 15)
        #expect(reveal(Array(repeating: 1, count: 15) + [2]) == 26)
        #expect(reveal(Array(repeating: 1, count: 16) + [2]) == nil)
        // What comes later changes nothing.
        #expect(reveal([1, 2, 3, 1]) == 12)
    }

    /// What came after the first of the blocks that count had begun is too late.
    @Test func theBlocksThatCount() {
        var learning = LearningState(default: .pol)
        for (offset, proposer) in [4, 1, 1, 2, 3].enumerated() { learning.recentProposers[11 + offset] = UInt64(proposer) }
        #expect(RevealRule.slots(candidate, committeeSize: 5, learning: learning, headSlot: 15) == [12, 14])
        #expect(RevealRule.slots(candidate, committeeSize: 5, learning: learning, headSlot: 13) == nil)
    }

    @Test func smallCommittees() {
        #expect(reveal([4, 1], size: 2) == 12)
        #expect(reveal([4, 4], size: 2) == nil)
        #expect(reveal([nil, 4], size: 1) == 12)
        #expect(reveal([], size: 1) == nil)
    }

    /// The ring forgets; a slot too long ago is not judged by what stands in its place.
    @Test func tooLongAgo() {
        var learning = LearningState(default: .pol)
        for index in 0..<64 { learning.recentProposers[index] = UInt64(index % 3) }
        #expect(RevealRule.slot(candidate, committeeSize: 5, learning: learning, headSlot: 74) == 12)
        #expect(RevealRule.slot(candidate, committeeSize: 5, learning: learning, headSlot: 75) == nil)
    }
}
