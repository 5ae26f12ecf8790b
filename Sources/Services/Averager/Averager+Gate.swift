import ContentRouting
import Logging
import AckQuorum
import Aggregation
import BeaconTypes
import LoRA
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces
import UpdateCodec

/// An update that passed the gate.
struct JudgedUpdate: Sendable {
    var file: UpdateFile
    var fileID: Hash32
    var bytes: Int
    var parent: LoRAAdapter
    var result: LoRAAdapter
    var before: LossEvaluation
    var after: LossEvaluation
}

extension Averager {
    /// Checks a file and runs the gate on it.
    func judge(_ id: Hash32) async throws -> JudgedUpdate {
        guard let bytes = try await routing.fetch(id) else {
            throw UpdateRejection(status: .rejected, reason: "nobody provides the file")
        }
        let learning = try await currentLearning()
        let file = try check(bytes, learning: learning)
        var summary = UpdateSummary(updateID: id.hex, inputs: [id.hex], status: .pending, bytes: bytes.count)
        summary.codec = file.codec.rawValue
        summary.parentAdapterRoot = learning.adapterRoot.hex
        await journal.note(summary)
        guard let parent = try await adapters.adapter(learning.adapterRoot) else {
            throw UpdateRejection(status: .rejected, reason: "this node does not hold the head adapter \(learning.adapterRoot)")
        }
        let delta = try file.delta(layout: evaluator.layout)
        let input = AggregationInput(id: file.id, delta: delta, steps: file.metadata.steps)
        let result = try parent.adding(AggregatedUpdate([input], layout: evaluator.layout).delta)
        let before = try await evaluator.evaluate(parent)
        let after = try await evaluator.evaluate(result)
        let passes = LossGateRule.passes(lossBeforeBits: before.lossBits, lossAfterBits: after.lossBits)
        logger.info(
            "Loss gate \(passes ? "passed" : "failed")",
            metadata: [
                "file": "\(id.shortHex)", "before": "\(before.loss)", "after": "\(after.loss)",
                "seconds": "\((after.seconds * 100).rounded() / 100)",
            ])
        guard passes else {
            throw UpdateRejection(
                status: .invalid, reason: "Loss gate: \(before.loss) to \(after.loss) does not fall by 0.1 %",
                lossBefore: before.loss, lossAfter: after.loss)
        }
        return JudgedUpdate(
            file: file, fileID: id, bytes: bytes.count, parent: parent, result: result, before: before, after: after)
    }

    private func currentLearning() async throws -> LearningState {
        try await node.ackCommittee(slot: max(1, node.clock.currentSlot ?? 0)).learning
    }

    /// Reads a file and checks that it fits this chain's head.
    private func check(_ bytes: [UInt8], learning: LearningState) throws -> UpdateFile {
        let file = try UpdateFile(bytes)
        try file.check(baseModelRoot: learning.baseModelRoot, parentAdapterRoot: learning.adapterRoot)
        try file.verify { publicKey, message, signature in
            (try? PeerPublicKey(message: publicKey))?.verify(signature, of: message) ?? false
        }
        return file
    }
}
