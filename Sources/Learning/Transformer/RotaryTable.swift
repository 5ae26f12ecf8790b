internal import CReproKernels
package import ModelFiles

/// Cosines and sines of the rotary position encoding, `[positions, dimension / 2]`, row-major.
///
/// The frequency of pair i is `θ^(−2i/d)`, computed in Float64 and rounded to FP32 (then stretched, if the model
/// asks for it); the angle is its FP32 product with the position, as transformers computes it; cosine and sine
/// are taken in Float64 and rounded to FP32, then multiplied by YaRN's attention factor, if there is one.
package final class RotaryTable {
    package let cosines: FloatBuffer
    package let sines: FloatBuffer
    package let positions: Int

    package convenience init(_ configuration: ModelConfiguration, positions: Int) {
        self.init(
            dimension: configuration.headDimension, theta: configuration.ropeTheta, scaling: configuration.ropeScaling,
            positions: positions)
    }

    package init(dimension: Int, theta: Float, scaling: RopeScaling?, positions: Int) {
        let frequencies = Self.frequencies(dimension: dimension, theta: theta, scaling: scaling)
        let half = frequencies.count
        let factor = if case .yarn(let yarn) = scaling { yarn.cosineFactor } else { Float(1) }
        self.positions = positions
        cosines = FloatBuffer(count: positions * half)
        sines = FloatBuffer(count: positions * half)
        for position in 0..<positions {
            for (index, frequency) in frequencies.enumerated() {
                let angle = Double(Float(position) * frequency)
                cosines.pointer[position * half + index] = Float(repro_cos64(angle)) * factor
                sines.pointer[position * half + index] = Float(repro_sin64(angle)) * factor
            }
        }
    }

    /// The `dimension / 2` angles per position.
    static func frequencies(dimension: Int, theta: Float, scaling: RopeScaling?) -> [Float] {
        let logTheta = repro_log64(Double(theta))
        let base = (0..<dimension / 2).map { index in
            Float(repro_exp64(-(Double(2 * index) / Double(dimension)) * logTheta))
        }
        switch scaling {
        case nil:
            return base
        case .linear(let factor):
            return base.map { $0 / factor }
        case .divisors(let divisors):
            return zip(base, divisors + [Float](repeating: 1, count: max(0, base.count - divisors.count))).map { $0 / $1 }
        case .llama3(let factor, let low, let high, let original):
            return base.map { frequency in
                let wavelength = Float(2 * Double.pi) / frequency
                if wavelength < Float(original) / high { return frequency }
                if wavelength > Float(original) / low { return frequency / factor }
                let smooth = (Float(original) / wavelength - low) / (high - low)
                return (1 - smooth) * (frequency / factor) + smooth * frequency
            }
        case .yarn(let yarn):
            let (first, last) = yarn.blend(dimension: dimension, logTheta: logTheta)
            return base.enumerated().map { index, frequency in
                let divided = min(1, max(0, (Float(index) - first) / (last - first)))
                let kept = 1 - divided
                return frequency / yarn.factor * (1 - kept) + frequency * kept
            }
        }
    }
}

extension YarnScaling {
    /// The pairs between which kept and divided frequencies are blended.
    fileprivate func blend(dimension: Int, logTheta: Double) -> (Float, Float) {
        func pair(_ rotations: Float) -> Double {
            let turns = Double(originalContextLength) / (Double(rotations) * 2 * Double.pi)
            return Double(dimension) * repro_log64(turns) / (2 * logTheta)
        }
        var (first, last) = (pair(betaFast), pair(betaSlow))
        if truncates { (first, last) = (first.rounded(.down), last.rounded(.up)) }
        first = max(first, 0)
        last = min(last, Double(dimension - 1))
        // Equal ends would divide by zero.
        return (Float(first), Float(first == last ? last + 0.001 : last))
    }

    /// `0.1 · weight · ln(factor) + 1`, the growth of the attention's temperature; 1 when nothing is stretched.
    fileprivate func growth(_ weight: Float) -> Double {
        factor <= 1 ? 1 : 0.1 * Double(weight) * repro_log64(Double(factor)) + 1
    }

    /// The factor of all cosines and sines.
    var cosineFactor: Float {
        if let attentionFactor { return attentionFactor }
        if mscale != 0, mscaleAllDimensions != 0 { return Float(growth(mscale) / growth(mscaleAllDimensions)) }
        return Float(growth(1))
    }

    /// The factor of the attention's scale in DeepSeek's models.
    var attentionScaleFactor: Double {
        mscaleAllDimensions == 0 ? 1 : growth(mscaleAllDimensions) * growth(mscaleAllDimensions)
    }
}
