public import LoRA
public import ModelFiles
public import Transformer

/// Writes text with a model, piece by piece as it comes.
///
/// Equal arguments give equal text on every machine.
public struct TextGenerator: Sendable {
    private let generator: TokenGenerator
    private let tokenizer: Tokenizer

    /// Why a text ended.
    public enum Ending: String, Sendable {
        /// The model ended it.
        case stopToken = "stop"
        /// It has as many tokens as were asked for, or as the model's context holds.
        case length
        /// The caller ended it.
        case interrupted
    }

    /// What was written.
    public struct Outcome: Sendable, Equatable {
        public let promptTokens: Int
        public let generatedTokens: Int
        public let ending: Ending
    }

    /// Writes with `adapter`, or with the base model alone.
    public init(
        model: TransformerModel, tokenizer: Tokenizer, adapter: LoRAAdapter?, context: ComputeContext
    ) throws(TransformerError) {
        try self.init(model: .dense(model), tokenizer: tokenizer, adapter: adapter, context: context)
    }

    /// The same for a model of any kind; those that take no adapter refuse one.
    public init(
        model: DecoderModel, tokenizer: Tokenizer, adapter: LoRAAdapter?, context: ComputeContext
    ) throws(TransformerError) {
        switch (model, adapter) {
        case (.dense(let dense), .some(let adapter)):
            generator = TokenGenerator(model: dense, adapter: try dense.prepare(adapter), context: context)
        case (.latent, .some): throw .adapterMismatch
        case (_, nil): generator = TokenGenerator(model: model, context: context)
        }
        self.tokenizer = tokenizer
    }

    /// Continues `prompt` by at most `limit` tokens. `onText` is given whole characters as they are complete, and
    /// ends the text by returning false.
    public func generate(
        prompt: [Int32], limit: Int, sampling: Sampling = .greedy, stop: Set<Int32>, onText: (String) -> Bool
    ) throws(TransformerError) -> Outcome {
        let room = generator.model.contextLength - prompt.count
        guard room > 0 else {
            throw .sequenceLength(prompt.count + 1, limit: generator.model.contextLength)
        }
        var text = TextStream(tokenizer, promptTokens: prompt.count, limit: min(max(0, limit), room))
        try generator.generate(prompt: prompt, limit: text.limit, sampling: sampling, stop: stop) { token in
            text.append(token, onText)
        }
        return text.finish(onText)
    }
}
