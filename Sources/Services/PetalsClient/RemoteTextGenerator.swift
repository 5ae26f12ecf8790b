public import ModelFiles
public import TextGeneration
public import Transformer

/// Writes text with a model whose blocks others run: embedding, final norm and output projection are here.
///
/// Which text it is rests on servers that nobody checked, and on their arithmetic: it is not the same on every machine.
public struct RemoteTextGenerator {
    private let ends: ModelEnds
    private let tokenizer: Tokenizer
    private let blocks: RemoteBlocks

    public init(ends: ModelEnds, tokenizer: Tokenizer, blocks: RemoteBlocks) {
        (self.ends, self.tokenizer, self.blocks) = (ends, tokenizer, blocks)
    }

    /// What was written, and through whom.
    public struct Outcome: Sendable {
        public let text: TextGenerator.Outcome
        /// The servers at the end and their blocks.
        public let route: [(peer: String, blocks: Range<Int>)]
        /// Servers that failed meanwhile and were replaced.
        public let replacements: Int
    }

    /// Continues `prompt` by at most `limit` tokens, as `TextGenerator` does with a model of its own.
    public func generate(
        prompt: [Int32], limit: Int, sampling: Sampling = .greedy, stop: Set<Int32>, onText: (String) -> Bool
    ) async throws -> Outcome {
        let context = ends.model.configuration.contextLength
        guard prompt.count < context else { throw TransformerError.sequenceLength(prompt.count + 1, limit: context) }
        var text = TextStream(tokenizer, promptTokens: prompt.count, limit: min(max(0, limit), context - prompt.count))
        var session = InferenceSession(blocks, maximumLength: prompt.count + text.limit)
        var tokens = prompt
        do {
            while !text.isFull {
                let states = try await session.advance(by: try ends.embed([tokens]))
                let logits = try ends.logits(states)
                let next = sampling.pick(logits[0], index: text.count, context: ends.context)
                guard !stop.contains(next), text.append(next, onText) else { break }
                tokens = [next]
            }
        } catch {
            await session.end()
            throw error
        }
        let (route, replacements) = (session.route, session.replacements)
        await session.end()
        return Outcome(text: text.finish(onText), route: route, replacements: replacements)
    }
}
