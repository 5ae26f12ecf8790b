public import LoRA
import ModelFiles
public import Transformer

/// Training on the processor with the reproducible kernels: equal rounds give equal bits on every machine, thread
/// count and instruction set.
public struct CPUTrainingBackend: TrainingBackend {
    public let model: TransformerModel
    let context: ComputeContext
    let activations: ActivationStorage

    /// Trains adapters of `model` on `context`'s threads. Holds no memory between rounds.
    public init(model: TransformerModel, context: ComputeContext, activations: ActivationStorage = .automatic) {
        self.model = model
        self.context = context
        self.activations = activations
    }

    public var isReproducible: Bool { true }

    public func train(
        _ round: TrainingRound, from parent: LoRAAdapter,
        progress: @Sendable (TrainingProgress) -> Void = { _ in }, isCancelled: @Sendable () -> Bool = { false }
    ) throws(TrainingError) -> TrainingResult {
        try validate(round)
        let state: TrainingState
        do { state = try TrainingState(model: model, parent: parent) } catch { throw .transformer(error) }
        let optimiser = AdamW(round.configuration, state: state)
        let pass = TrainingPass(
            model: model, state: state, context: context, round: round, dropout: parent.layout.configuration.dropout,
            activations: activations)
        var sampler = BatchSampler(round)
        var losses: [Float] = []
        for step in 0..<round.steps {
            if isCancelled() { throw .cancelled(afterSteps: step) }
            let length = round.configuration.sequenceLength
            let windows = sampler.batch().map { round.data.window($0, length: length) }
            let loss = pass.accumulate(windows, step: step)
            guard loss.isFinite else { throw .diverged(step: step + 1) }
            optimiser.step(step, context: context)
            losses.append(loss)
            progress(TrainingProgress(step: step + 1, steps: round.steps, loss: loss))
        }
        guard let delta = try? LoRADelta(layout: parent.layout, values: state.difference(from: parent)), delta.isFinite
        else { throw .diverged(step: round.steps) }
        return TrainingResult(delta: delta, losses: losses, gradientScale: optimiser.gradientScale(steps: round.steps))
    }

    public func loss(of adapter: LoRAAdapter, on windows: [[Int32]]) throws(TrainingError) -> Float {
        guard !windows.isEmpty, windows.allSatisfy({ $0.count >= 2 }) else {
            throw .configuration("a loss needs windows of at least two tokens")
        }
        guard adapter.isFinite else { return .nan }
        do throws(TransformerError) {
            let pass = ForwardPass(model: model, adapter: try model.prepare(adapter), context: context)
            var sum = 0.0
            var count = 0
            // A part at a time, so that memory does not grow with the number of windows.
            for start in stride(from: 0, to: windows.count, by: Self.windowsAtOnce) {
                let part = windows[start..<min(start + Self.windowsAtOnce, windows.count)]
                let losses = try pass.losses(TokenBatch(part.map { $0.dropLast() }), targets: part.flatMap { $0.dropFirst() })
                for loss in losses { sum += Double(loss) }
                count += losses.count
            }
            return Float(sum / Double(count))
        } catch {
            throw .transformer(error)
        }
    }

    private static let windowsAtOnce = 8

    private func validate(_ round: TrainingRound) throws(TrainingError) {
        let configuration = round.configuration
        guard round.steps >= 1 else { throw .configuration("a round needs at least one step") }
        guard (1...4096).contains(configuration.batchSize) else { throw .configuration("the batch size must be 1 to 4096") }
        guard configuration.sequenceLength >= 1 else { throw .configuration("the sequence length must be positive") }
        let numbers = [
            configuration.learningRate, configuration.beta1, configuration.beta2, configuration.epsilon,
            configuration.weightDecay, configuration.clipNorm,
        ]
        guard numbers.allSatisfy({ $0.isFinite && $0 >= 0 }), configuration.beta1 < 1, configuration.beta2 < 1,
            configuration.epsilon > 0, configuration.clipNorm > 0
        else { throw .configuration("a rate is negative, not finite or out of range") }
        let length = configuration.sequenceLength
        guard length <= model.configuration.contextLength else {
            throw .transformer(.sequenceLength(length, limit: model.configuration.contextLength))
        }
        guard round.data.windowCount(length: length) > 0 else {
            throw .dataTooShort(tokens: round.data.tokens.count, needed: length + 1)
        }
        let vocabulary = model.configuration.vocabularySize
        for token in round.data.tokens where token < 0 || token >= vocabulary {
            throw .transformer(.tokenOutOfRange(token, vocabulary: vocabulary))
        }
    }
}
