import CReproKernels
import LoRA
import Transformer

/// Dropout on the input of each adapter, drawn for (seed, step, module): the "dropout/<module name>" generator of
/// the round, with the step in the third word of its counter.
///
/// `repro_dropout` states which bits decide which element. An element is dropped when its 16 bits are below
/// `round(p · 65536)`; kept ones are scaled by `1 / (1 − p)`.
struct DroppedInput: AdapterInput {
    let arena: TrainingArena
    let context: ComputeContext
    let plan: DropoutPlan
    let step: Int
    /// The first row of this part of the batch in the whole batch.
    let firstRow: Int

    func rows(_ input: Rows, count: Int, layer: Int, target: LoRAConfiguration.Target) -> Rows {
        guard plan.threshold > 0, let module = plan.layout.module(layer: layer, target: target) else { return input }
        let key = plan.keys[layer][target.index]
        var request = repro_dropout(
            key: (key.x, key.y), counter_high: (UInt32(truncatingIfNeeded: step), 0), threshold: plan.threshold,
            factor: plan.factor)
        let output = Rows(arena.dropped.pointer, stride: Rows.stride(module.inputSize))
        repro_dropout_forward(
            context.kernels, &request, Int64(firstRow), Int64(count), Int64(module.inputSize), input.pointer,
            Int64(input.stride), output.pointer, Int64(output.stride), arena.mask(layer: layer, target: target))
        return output
    }
}

/// What dropout needs of a round: drawn keys and the scale.
struct DropoutPlan {
    let layout: LoRALayout
    let threshold: UInt32
    let factor: Float
    /// `keys[layer][target.index]`.
    let keys: [[SIMD2<UInt32>]]

    init(_ round: TrainingRound, layout: LoRALayout, layerCount: Int, probability: Float) {
        self.layout = layout
        threshold = UInt32(max(0, min(65535, (probability * 65536).rounded())))
        factor = threshold == 0 ? 1 : 1 / (1 - probability)
        keys = (0..<layerCount).map { layer in
            LoRAConfiguration.Target.allCases.map { target in
                layout.module(layer: layer, target: target).map { round.generator("dropout/" + $0.name).key } ?? SIMD2(0, 0)
            }
        }
    }
}
