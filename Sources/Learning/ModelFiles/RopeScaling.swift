/// A stretch of the rotary position encoding.
public enum RopeScaling: Sendable, Equatable {
    /// Every frequency is divided by `factor`.
    case linear(factor: Float)
    /// Llama 3.1's rule: frequencies with wavelengths longer than `originalContextLength / lowFrequencyFactor`
    /// are divided by `factor`, those shorter than `originalContextLength / highFrequencyFactor` are kept, and
    /// those between are interpolated.
    case llama3(factor: Float, lowFrequencyFactor: Float, highFrequencyFactor: Float, originalContextLength: Int)
    /// YaRN, for contexts far longer than those of the training.
    case yarn(YarnScaling)
    /// Divisors of the `headDimension / 2` frequencies, in order, as a GGUF file stores them (`rope_freqs.weight`).
    case divisors([Float])
}

/// YaRN (Peng et al. 2023): slow frequencies are divided by `factor`, fast ones kept, and those between blended.
public struct YarnScaling: Sendable, Equatable {
    public var factor: Float
    /// The context length of the training before the stretch.
    public var originalContextLength: Int
    /// Rotations over the original context above which a frequency is kept and below which it is divided.
    public var betaFast: Float
    public var betaSlow: Float
    /// The factor of all cosines and sines; `nil` when it follows from the next two.
    public var attentionFactor: Float?
    /// DeepSeek's weights of ln(factor) in the cosines' factor and in the attention's scale; 0 for none.
    public var mscale: Float
    public var mscaleAllDimensions: Float
    /// Whether the ends of the blend are rounded to whole dimensions.
    public var truncates: Bool

    public init(
        factor: Float, originalContextLength: Int, betaFast: Float = 32, betaSlow: Float = 1, attentionFactor: Float? = nil,
        mscale: Float = 0, mscaleAllDimensions: Float = 0, truncates: Bool = true
    ) {
        self.factor = factor
        self.originalContextLength = originalContextLength
        self.betaFast = betaFast
        self.betaSlow = betaSlow
        self.attentionFactor = attentionFactor
        self.mscale = mscale
        self.mscaleAllDimensions = mscaleAllDimensions
        self.truncates = truncates
    }
}
