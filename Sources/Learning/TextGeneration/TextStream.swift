public import ModelFiles

/// Tokens as they come, told as text: whole characters as they are complete.
public struct TextStream {
    /// The most tokens.
    public let limit: Int
    /// Tokens that were taken.
    public private(set) var count = 0
    private let promptTokens: Int
    private var decoder: TokenStreamDecoder
    private var isInterrupted = false

    public init(_ tokenizer: Tokenizer, promptTokens: Int, limit: Int) {
        (self.promptTokens, self.limit) = (promptTokens, limit)
        decoder = TokenStreamDecoder(tokenizer)
    }

    /// Whether there are as many tokens as there may be.
    public var isFull: Bool { count >= limit }

    /// Takes a token; whether the text goes on, which `onText` says.
    ///
    /// `onText` is called with nothing too, so that a text of unfinished characters can be ended.
    public mutating func append(_ token: Int32, _ onText: (String) -> Bool) -> Bool {
        count += 1
        isInterrupted = !onText(decoder.append(token))
        return !isInterrupted
    }

    /// Tells what is left, and why the text ended.
    public mutating func finish(_ onText: (String) -> Bool) -> TextGenerator.Outcome {
        if !isInterrupted {
            let rest = decoder.finish()
            if !rest.isEmpty { _ = onText(rest) }
        }
        return TextGenerator.Outcome(
            promptTokens: promptTokens, generatedTokens: count,
            ending: isInterrupted ? .interrupted : isFull ? .length : .stopToken)
    }
}
