import AckQuorum
import BeaconTypes
import LoRA
import Logging
import Primitives
import SSZ
import ServiceInterfaces
import UpdateLife

/// A candidate whose slice can be drawn.
struct RevealedCandidate: Sendable {
    /// Of the reveal block's slot, which votes.
    let committee: AckCommittee
    /// The slot of the first block that counted: what came after it had begun may have been made for the slice.
    let firstSlot: Slot
}

extension Averager {
    /// Waits for the block that reveals what draws the candidate's slice (docs/protocol.md#the-reveal-block).
    ///
    /// - Parameter committeeSize: members of the candidate's slot.
    /// - Returns: `nil` where no such block comes in time.
    /// - Throws: `Overtaken` once the head has another adapter.
    func reveal(of candidate: UpdateCandidate, committeeSize: Int) async throws -> RevealedCandidate? {
        let (node, clock) = (self.node, self.node.clock)
        let moves = await node.learningMoves()
        // Whoever begins late still hears of the head that is there.
        let end = Double(max(Constant.maxRevealDistance + 1, slotsSince(candidate.slot) + 2))
        return try await withThrowingTaskGroup(of: RevealedCandidate?.self) { group in
            group.addTask {
                for await case .head(let point) in moves {
                    try Self.require(point.learning, isOn: candidate)
                    guard
                        let slots = RevealRule.slots(
                            candidate, committeeSize: committeeSize, learning: point.learning, headSlot: point.slot),
                        let (first, slot) = slots.first.flatMap({ first in slots.last.map { (first, $0) } })
                    else { continue }
                    // A head that is not validated yet names no committee; the next one will.
                    guard let committee = try? await node.ackCommittee(slot: slot) else { continue }
                    // The head may have moved meanwhile.
                    try Self.require(committee.learning, isOn: candidate)
                    let again = RevealRule.slots(
                        candidate, committeeSize: committeeSize, learning: committee.learning, headSlot: slot)
                    guard again == slots else { continue }
                    return RevealedCandidate(committee: committee, firstSlot: first)
                }
                return nil
            }
            group.addTask {
                try await clock.sleep(until: candidate.slot, fraction: end)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    private static func require(_ learning: LearningState, isOn candidate: UpdateCandidate) throws(Overtaken) {
        guard learning.adapterRoot == candidate.parentAdapterRoot else {
            throw Overtaken(reason: "another update changed the adapter first")
        }
    }

    /// Slots that have begun since `slot`.
    private func slotsSince(_ slot: Slot) -> UInt64 {
        let current = node.clock.currentSlot ?? 0
        return current > slot ? current - slot : 0
    }

    /// Measures the slice that the reveal block draws, and writes down what gate and slice found: the statement to vote for.
    ///
    /// - Returns: the statement, whose verdict is VALID where every rule holds and INVALID otherwise, and the seconds it took.
    func statement(
        on candidate: UpdateCandidate, id: Hash32, _ measured: MeasuredCandidate, revealed: AckCommittee
    ) async throws -> (AckStatement, seconds: Double) {
        let seed = revealed.context.sliceSeed(id)
        let slice = try await evaluator.evaluateSlice(seed, parent: measured.parent, result: measured.result)
        guard slice.losses.isEmpty != revealed.learning.hasPools else {
            throw RefusedUpdate(
                .unavailable, "the gate has \(slice.losses.isEmpty ? "no pools" : "pools"), other than the chain: it is given another task")
        }
        var ack = UpdateAck(
            slot: revealed.slot, anchorRoot: revealed.context.anchorRoot, updateId: id, author: candidate.author,
            verdict: UpdateAckVerdict.valid.rawValue, adapterRoot: measured.result.root, lossBefore: measured.before.lossBits,
            lossAfter: measured.after.lossBits, sliceSeed: seed, guardLosses: slice.losses)
        let passes = ack.passesRules(revealed.learning)
        if !passes { ack.verdict = UpdateAckVerdict.invalid.rawValue }
        if revealed.learning.hasPools {
            let losses = slice.losses
            logger.info(
                "Guard slice \(passes ? "passed" : "failed")",
                metadata: [
                    "update": "\(id.shortHex)", "task": "\(losses.change(\.taskBefore, \.taskAfter))",
                    "general": "\(losses.change(\.generalParent, \.generalAfter))",
                    "base": "\(Float(bitPattern: losses.generalBase))", "seconds": "\((slice.seconds * 100).rounded() / 100)",
                ])
        }
        let statement = AckStatement(
            ack, lossesBefore: measured.before.lossesRoot, lossesAfter: measured.after.lossesRoot, sliceBefore: slice.beforeRoot,
            sliceAfter: slice.afterRoot, spec: node.spec)
        return (statement, slice.seconds)
    }
}

/// An update that went through the loss gate.
struct MeasuredCandidate: Sendable {
    let parent: LoRAAdapter
    let result: LoRAAdapter
    let before: LossEvaluation
    let after: LossEvaluation
}

extension GuardLosses {
    /// Two losses in words.
    func change(_ before: KeyPath<GuardLosses, UInt32>, _ after: KeyPath<GuardLosses, UInt32>) -> String {
        "\(Float(bitPattern: self[keyPath: before])) to \(Float(bitPattern: self[keyPath: after]))"
    }
}

extension SliceJudgement {
    /// What an ack states of its slice; `nil` on a chain without pools.
    init?(_ ack: UpdateAck) {
        let losses = ack.guardLosses
        guard !losses.isEmpty else { return nil }
        self.init(
            seed: ack.sliceSeed, taskBefore: losses.taskBefore, taskAfter: losses.taskAfter, generalBase: losses.generalBase,
            generalParent: losses.generalParent, generalAfter: losses.generalAfter)
    }
}
