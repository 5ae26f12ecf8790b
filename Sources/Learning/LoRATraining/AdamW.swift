import CReproKernels
import LoRA
import Transformer

/// AdamW with gradient clipping, in a fixed order of FP32 operations (`repro_adamw_step` states them).
///
/// The gradient's norm is the root of the Float64 sum of squares over all modules in module-name order, times the
/// adapter's scale. The bias corrections `1 / (1 − β^t)` are computed in Float64 by repeated multiplication and
/// rounded to FP32.
struct AdamW {
    private let configuration: TrainingConfiguration
    private let state: TrainingState
    private let mean: FloatBuffer
    private let square: FloatBuffer

    init(_ configuration: TrainingConfiguration, state: TrainingState) {
        self.configuration = configuration
        self.state = state
        mean = FloatBuffer(count: state.weights.count)
        square = FloatBuffer(count: state.weights.count)
    }

    /// Applies the state's gradients at step `step`, counted from 0, and hands the new values to the kernels.
    func step(_ step: Int, context: ComputeContext) {
        let count = Int64(state.weights.count)
        let scale = state.layout.configuration.scale
        let norm = repro_sum_of_squares(context.kernels, state.gradients.pointer, count).squareRoot() * Double(scale)
        let clip = Float(min(1, Double(configuration.clipNorm) / (norm + 1e-6)))
        let rate = configuration.rate(at: step)
        var request = repro_adamw(
            factor: scale * clip, beta1: configuration.beta1, one_minus_beta1: 1 - configuration.beta1,
            beta2: configuration.beta2, one_minus_beta2: 1 - configuration.beta2,
            m_factor: Self.correction(configuration.beta1, step), v_factor: Self.correction(configuration.beta2, step),
            rate: rate, decay: rate * configuration.weightDecay, epsilon: configuration.epsilon)
        repro_adamw_step(
            context.kernels, &request, count, state.gradients.pointer, mean.pointer, square.pointer,
            state.weights.pointer)
        state.publish()
    }

    /// The root of the second moment of every value after `steps` steps, corrected for its start at zero, in the
    /// adapter's layout: the size of the value's gradient, after scaling and clipping.
    func gradientScale(steps: Int) -> [Float] {
        guard steps > 0 else { return [Float](repeating: 0, count: state.layout.valueCount) }
        let factor = Self.correction(configuration.beta2, steps - 1)
        return state.gather(square).map { ($0 * factor).squareRoot() }
    }

    /// `1 / (1 − β^(step + 1))`.
    private static func correction(_ beta: Float, _ step: Int) -> Float {
        var power = 1.0
        for _ in 0...step { power *= Double(beta) }
        return Float(1 / (1 - power))
    }
}
