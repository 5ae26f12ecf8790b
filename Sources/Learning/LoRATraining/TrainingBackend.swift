public import LoRA

/// How far a round is, after a step.
public struct TrainingProgress: Sendable, Equatable {
    /// Steps done, from 1.
    public let step: Int
    public let steps: Int
    /// The step's mean loss a token, in nats, before its update.
    public let loss: Float

    public init(step: Int, steps: Int, loss: Float) {
        self.step = step
        self.steps = steps
        self.loss = loss
    }
}

/// What a round yields.
public struct TrainingResult: Sendable, Equatable {
    /// The trained B less the parent's, in FP32.
    public let delta: LoRADelta
    /// The mean loss a token of every step.
    public let losses: [Float]
    /// For every value of `delta` the size of its gradient: the root of the optimiser's second moment. An encoder
    /// that cannot send everything sends first what the loss feels most. Empty when the backend does not know it.
    public let gradientScale: [Float]

    public init(delta: LoRADelta, losses: [Float], gradientScale: [Float] = []) {
        self.delta = delta
        self.losses = losses
        self.gradientScale = gradientScale
    }
}

/// Runs training rounds: the seam behind which another device may stand.
///
/// The chain judges an update by the loss gate alone, so a backend need not be reproducible; one that is not cannot
/// be replayed, and says so in ``isReproducible``.
public protocol TrainingBackend: Sendable {
    /// Whether equal rounds on equal parents give equal bits, here and on every other machine.
    var isReproducible: Bool { get }

    /// Runs `round` from `parent`. `progress` is called after every step; `isCancelled` is asked before each.
    func train(
        _ round: TrainingRound, from parent: LoRAAdapter, progress: @Sendable (TrainingProgress) -> Void,
        isCancelled: @Sendable () -> Bool
    ) throws(TrainingError) -> TrainingResult

    /// The mean loss a token of `adapter` over `windows`, each a run of inputs and, one token later, targets;
    /// without dropout. NaN for an adapter that is not finite. The token losses are added in order in Float64,
    /// divided and rounded to FP32, so a reproducible backend gives the same bits everywhere.
    func loss(of adapter: LoRAAdapter, on windows: [[Int32]]) throws(TrainingError) -> Float
}
