internal import CReproKernels
package import ModelFiles

/// Cosines and sines of the rotary position encoding, `[positions, headDimension / 2]`, row-major.
///
/// The frequency of pair i is `θ^(−2i/d)`, computed in Float64 and rounded to FP32 (then stretched, if the model
/// asks for it); the angle is its FP32 product with the position, as transformers computes it; cosine and sine
/// are taken in Float64 and rounded to FP32.
package final class RotaryTable {
    package let cosines: FloatBuffer
    package let sines: FloatBuffer
    package let positions: Int

    package init(_ configuration: ModelConfiguration, positions: Int) {
        let frequencies = Self.frequencies(configuration)
        let half = frequencies.count
        self.positions = positions
        cosines = FloatBuffer(count: positions * half)
        sines = FloatBuffer(count: positions * half)
        for position in 0..<positions {
            for (index, frequency) in frequencies.enumerated() {
                let angle = Double(Float(position) * frequency)
                cosines.pointer[position * half + index] = Float(repro_cos64(angle))
                sines.pointer[position * half + index] = Float(repro_sin64(angle))
            }
        }
    }

    /// The `headDimension / 2` angles per position.
    static func frequencies(_ configuration: ModelConfiguration) -> [Float] {
        let dimension = configuration.headDimension
        let logTheta = repro_log64(Double(configuration.ropeTheta))
        let base = (0..<dimension / 2).map { index in
            Float(repro_exp64(-(Double(2 * index) / Double(dimension)) * logTheta))
        }
        switch configuration.ropeScaling {
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
        }
    }
}
