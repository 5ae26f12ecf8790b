/// The hyperparameters of a training round. A replay needs all of them.
public struct TrainingConfiguration: Sendable, Equatable {
    public var learningRate: Float
    public var beta1: Float
    public var beta2: Float
    /// Added to the root of the second moment.
    public var epsilon: Float
    /// Decoupled weight decay, as in PyTorch's AdamW: each step first takes `learningRate · weightDecay` of B away.
    public var weightDecay: Float
    /// The gradient is scaled down to this norm when it is longer.
    public var clipNorm: Float
    /// Sequences a step.
    public var batchSize: Int
    /// Tokens predicted in each sequence.
    public var sequenceLength: Int
    /// Steps over which the learning rate rises linearly to its value; 0 for none.
    public var warmupSteps: Int

    /// The chain's defaults.
    public static let standard = TrainingConfiguration()

    public init(
        learningRate: Float = 1e-4, beta1: Float = 0.9, beta2: Float = 0.95, epsilon: Float = 1e-8,
        weightDecay: Float = 0.01, clipNorm: Float = 1, batchSize: Int = 8, sequenceLength: Int = 64,
        warmupSteps: Int = 0
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.clipNorm = clipNorm
        self.batchSize = batchSize
        self.sequenceLength = sequenceLength
        self.warmupSteps = warmupSteps
    }

    /// The learning rate of step `step`, counted from 0.
    func rate(at step: Int) -> Float {
        step < warmupSteps ? learningRate * (Float(step + 1) / Float(warmupSteps)) : learningRate
    }
}
