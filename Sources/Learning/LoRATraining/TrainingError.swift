public import Transformer

/// Why a training round did not yield an update.
public enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The data holds no whole window of `sequenceLength + 1` tokens.
    case dataTooShort(tokens: Int, needed: Int)
    /// A hyperparameter is out of its range.
    case configuration(String)
    /// The data or the adapter does not fit the model.
    case transformer(TransformerError)
    /// The loss or an update became NaN or infinite at this step (from 1).
    case diverged(step: Int)
    /// The caller asked to stop after this many whole steps.
    case cancelled(afterSteps: Int)

    public var description: String {
        switch self {
        case .dataTooShort(let tokens, let needed):
            "the training data has \(tokens) tokens; one window needs \(needed): give more text or a shorter sequence length"
        case .configuration(let reason): "the training configuration is unusable: \(reason)"
        case .transformer(let error): error.description
        case .diverged(let step):
            "training diverged at step \(step): the loss is not a finite number; lower the learning rate or check the parent adapter"
        case .cancelled(let steps): "training was stopped after \(steps) steps"
        }
    }
}
