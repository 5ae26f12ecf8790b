public import Transformer

/// Why the gate could not measure a loss. A loss that is not a finite number is a result, not an error.
public enum LossGateError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A text has fewer than two tokens, so it predicts nothing.
    case textTooShort(index: Int)
    /// There are no texts.
    case noTexts
    /// A text or the adapter does not fit the model.
    case transformer(TransformerError)
    /// The caller asked to stop.
    case cancelled

    public var description: String {
        switch self {
        case .textTooShort(let index): "text \(index) has fewer than two tokens; every text must predict at least one"
        case .noTexts: "there are no texts to measure a loss on"
        case .transformer(let error): error.description
        case .cancelled: "the gate was stopped before it had a loss"
        }
    }
}
