public import ModelFiles

/// Why a model could not be loaded or a batch of tokens not be run.
public enum TransformerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The model's file lacks a tensor or its tensors have other shapes.
    case model(ModelFileError)
    /// The configuration has sizes that no decoder of these families has.
    case configuration(String)
    /// The adapter was made for another model or configuration.
    case adapterMismatch
    /// A token is negative or not in the vocabulary.
    case tokenOutOfRange(Int32, vocabulary: Int)
    /// A sequence is empty, or longer than the model's context.
    case sequenceLength(Int, limit: Int)
    /// A part of the model was loaded, and this is not in it.
    case notLoaded(String)
    /// Hidden states that do not fit the model, or one another.
    case hiddenStates(String)

    public var description: String {
        switch self {
        case .model(let error): error.description
        case .configuration(let reason): "this model cannot be run: \(reason); check its configuration"
        case .adapterMismatch: "the adapter's modules are not this model's; use the adapter of this base model"
        case .tokenOutOfRange(let token, let vocabulary):
            "token \(token) is outside the vocabulary of \(vocabulary); use this model's own tokenizer"
        case .sequenceLength(let length, let limit):
            "a sequence has \(length) tokens; it needs at least 1 and at most \(limit)"
        case .notLoaded(let what): "\(what) of this model is not loaded; load the whole model"
        case .hiddenStates(let reason): "hidden states: \(reason)"
        }
    }
}
