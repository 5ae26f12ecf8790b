import AckQuorum
import Aggregation
public import LoRA
public import LossGate
import Primitives
import UpdateCodec
import UpdateJudgement

/// Judges update files by the rules of the loss gate, without a chain: what a validator would vote, and why.
///
/// The file is the work of strangers. Whatever is in it, the answer is a verdict, the same on every machine.
public struct UpdateTrial: Sendable {
    let gate: any LossBackend
    let layout: LoRALayout

    /// - Parameter layout: the modules of the chain's adapter on the gate's model.
    public init(gate: any LossBackend, layout: LoRALayout) {
        self.gate = gate
        self.layout = layout
    }

    /// What is being measured.
    public enum Phase: String, Sendable {
        case before
        case after
    }

    /// Judges the update file `bytes` as a step from `parent`.
    ///
    /// - Throws: `cancelled`, or an error of the texts; never for anything in the file or the adapter.
    public func judge(
        _ bytes: [UInt8], parent: LoRAAdapter, progress: @Sendable (Phase, LossProgress) -> Void = { _, _ in },
        isCancelled: @Sendable () -> Bool = { false }
    ) throws(LossGateError) -> TrialReport {
        var report = TrialReport(fileID: SHA256.hash(bytes), parentAdapterRoot: parent.root)
        if let module = parent.firstNonFiniteModule {
            return report.refused(.parentAdapter(.notFinite(module: module.name)))
        }
        let result: LoRAAdapter
        do throws(RefusalReason) {
            result = try apply(bytes, to: parent, &report)
        } catch {
            return report.refused(error)
        }
        report.adapterRoot = result.root
        report.result = result
        let before = try gate.evaluate(parent, progress: { progress(.before, $0) }, isCancelled: isCancelled)
        report.before = before
        guard before.isFinite else { return report.refused(.lossBeforeNotFinite) }
        let after = try gate.evaluate(result, progress: { progress(.after, $0) }, isCancelled: isCancelled)
        report.after = after
        guard after.isFinite else { return report.refused(.lossAfterNotFinite) }
        guard LossGateRule.passes(lossBeforeBits: before.lossBits, lossAfterBits: after.lossBits) else {
            return report.refused(.lossNotLowered(before: before.loss, after: after.loss))
        }
        report.verdict = .valid
        return report
    }

    /// The adapter after the update.
    private func apply(_ bytes: [UInt8], to parent: LoRAAdapter, _ report: inout TrialReport) throws(RefusalReason) -> LoRAAdapter {
        do {
            let file = try UpdateFile(bytes)
            report.codec = file.codec
            report.metadata = file.metadata
            let intake = UpdateIntake(
                baseModelRoot: gate.baseModelRoot, parent: report.parentAdapterRoot, layout: layout)
            // Through the aggregation of one input, as on the chain.
            return try parent.adding(AggregatedUpdate([intake.check(file).input], layout: layout).delta)
        } catch let error as UpdateFileError {
            throw .updateFile(error)
        } catch let error as LoRAError {
            throw .result(error)
        } catch {
            throw .aggregation("\(error)")
        }
    }
}
