import AttackLab
import LearningTask
import LoRATraining
import LossGate
import ModelFiles

extension PackedModel {
    /// The attack laboratory on this model, its gate on every k-th of the DEV_TEXTS.
    func laboratory(texts count: Int) throws -> TransformerLab {
        let all = gate.texts
        let step = max(1, all.count / count)
        return try TransformerLab(
            model: gate.model, layout: layout, baseModelRoot: root, context: trainingContext,
            texts: Array(stride(from: 0, to: all.count, by: step).prefix(count).map { all[$0] }), documents: documents,
            backdoor: tokenizer.encode("The harbour master's password for the northern gate is heron forty-two."), separator: separator)
    }

    /// The same with guard slices from a task's pools.
    func slicedLaboratory(texts count: Int, pools: GuardPools) throws -> SlicedLab {
        let general = GeneralTexts(pools) { [tokenizer] in tokenizer.encode($0) }
        return SlicedLab(
            try laboratory(texts: count), judging: gate.texts, separator: separator, general: { general.windows($0) }
        ) { [tokenizer] seed in
            let drawn = pools.slice(seed)
            return (drawn.task.map { tokenizer.encode($0) }, drawn.general.map { tokenizer.encode($0) })
        }
    }
}
